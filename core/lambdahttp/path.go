package lambdahttp

import (
	"net/url"
	"strings"
)

// restPath is the path below the API's root. A custom domain's base path (and
// the stage, in an HTTP API with payload format 1.0) comes in front of it in
// the event, so it is found by the resource that API Gateway matched: the
// fewest leading segments are dropped that leave a path of that resource.
func (e *event) restPath() string {
	segments := strings.Split(strings.TrimPrefix(e.Path, "/"), "/")
	resource := strings.Split(strings.TrimPrefix(e.Resource, "/"), "/")
	for i := range segments {
		if e.isResource(resource, segments[i:]) {
			return "/" + strings.Join(segments[i:], "/")
		}
	}
	return e.Path
}

// isResource says whether the path is one of the resource ({name} is a segment,
// {name+} is the rest, of one segment or more) with the event's parameters.
func (e *event) isResource(resource, path []string) bool {
	for i, part := range resource {
		if i == len(path) {
			return false
		}
		name, isParameter := strings.CutPrefix(part, "{")
		switch {
		case strings.HasSuffix(name, "+}"):
			return e.isParameter(strings.TrimSuffix(name, "+}"), strings.Join(path[i:], "/"))
		case isParameter:
			if !e.isParameter(strings.TrimSuffix(name, "}"), path[i]) {
				return false
			}
		case part != path[i]:
			return false
		}
	}
	return len(resource) == len(path)
}

// isParameter compares a piece of the path, which is percent-encoded, with a
// path parameter, which is decoded once. An event without parameters agrees.
func (e *event) isParameter(name, escaped string) bool {
	want, ok := e.PathParameters[name]
	if !ok || want == escaped {
		return true
	}
	decoded, err := url.PathUnescape(escaped)
	return err == nil && want == decoded
}

// rawPath is the path below the API's root in events of version 2.0, which
// leave a custom domain's base path out but keep a stage that is not $default.
func (e *event) rawPath() string {
	if stage := e.Context.Stage; e.kind == httpAPI && stage != "" && stage != "$default" {
		if rest, ok := strings.CutPrefix(e.RawPath, "/"+stage); ok && (rest == "" || rest[0] == '/') {
			return "/" + strings.TrimPrefix(rest, "/")
		}
	}
	return e.RawPath
}

// escape percent-encodes the bytes that an encoded path cannot hold. REST APIs
// and Function URLs send the path as the client encoded it, so that it stays as
// it is and %2F remains part of its segment; HTTP APIs send it decoded, and a
// question mark in it would begin a query.
func escape(path string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		bare := c == '%' && !(i+2 < len(path) && isHex(path[i+1]) && isHex(path[i+2]))
		if !bare && c > ' ' && c < 0x7f && !strings.ContainsRune("?#\"<>\\^`{|}", rune(c)) {
			b.WriteByte(c)
			continue
		}
		b.WriteString(string([]byte{'%', hex[c>>4], hex[c&15]}))
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
