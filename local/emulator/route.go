package emulator

import (
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// route is a line of the route table as API Gateway sees it.
type route struct {
	method   string
	resource string   // /v1/models/{id+}
	segments []string // of the resource
	rank     string   // sorts exact segments before parameters before the rest
	function *function
}

func newRoute(r routes.Route, f *function) route {
	resource := strings.ReplaceAll(r.Path, "...}", "+}")
	segments := strings.Split(resource[1:], "/")
	var rank strings.Builder
	for _, s := range segments {
		switch {
		case strings.HasSuffix(s, "+}"):
			rank.WriteByte('2')
		case strings.HasPrefix(s, "{"):
			rank.WriteByte('1')
		default:
			rank.WriteByte('0')
		}
	}
	return route{r.Method, resource, segments, rank.String(), f}
}

// match returns the parameters, decoded, of an escaped path. {name} is a
// segment, {name+} the rest, of one segment or more.
func (r route) match(path string) (parameters map[string]string, ok bool) {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, s := range r.segments {
		if i == len(parts) {
			return nil, false
		}
		value := parts[i]
		rest := strings.HasSuffix(s, "+}")
		if rest {
			value = strings.Join(parts[i:], "/")
		}
		if !strings.HasPrefix(s, "{") {
			if value != s {
				return nil, false
			}
			continue
		}
		decoded, err := url.PathUnescape(value)
		if err != nil || decoded == "" {
			return nil, false
		}
		if parameters == nil {
			parameters = map[string]string{}
		}
		parameters[strings.Trim(s, "{+}")] = decoded
		if rest {
			return parameters, true
		}
	}
	return parameters, len(parts) == len(r.segments)
}

// find takes a stage off the path and returns the route that answers it, nil
// if none does. In a REST API the most exact resource has the path for itself:
// a method that it lacks is not looked for in a wider one.
func (g *Gateway) find(method, path string) (found *route, parameters map[string]string, below string) {
	if rest, ok := strings.CutPrefix(path, "/"+g.stage+"/"); ok && g.source != FunctionURL {
		path = "/" + rest
	}
	owner := "" // the resource
	for _, r := range g.routes {
		parameters, ok := r.match(path)
		switch {
		case !ok || owner != "" && owner != r.resource:
		case method == r.method || r.method == routes.Any:
			return &r, parameters, path
		case g.source == RESTAPI:
			owner = r.resource
		}
	}
	return nil, nil, path
}
