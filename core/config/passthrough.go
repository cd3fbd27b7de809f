package config

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// PassThrough is an entry of pass_through_endpoints: a path of the gateway's at
// which another API is asked as it is.
type PassThrough struct {
	Path     string            // "/bria"; no slash at the end
	Target   string            // where its requests go: an http or https URL
	Methods  []string          // in capitals; nil: GET, POST, PUT, PATCH and DELETE
	Headers  map[string]string // sent to the target; a value may have a reference in it: Bearer os.environ/NAME
	Query    map[string]string // sent to the target unless the caller's query has the name
	Subpaths bool              // what is below Path is asked below Target
	Forward  bool              // the caller's own headers go to the target, but for credentials
	Open     bool              // no key is needed: "auth: false" is written
	Cost     *int64            // pico-dollars that a request costs; nil: not declared
}

const passName = generalName + ".pass_through_endpoints"

// maxCost bounds cost_per_request, in dollars: beyond it is a slip of the pen.
const maxCost = 1000

func passSection() section {
	return section{
		name:     "pass_through_endpoints",
		used:     `path target headers default_query_params include_subpath forward_headers auth cost_per_request methods`,
		inert:    `id is_from_config`,
		protects: `guardrails`,
	}
}

func (r *reader) passThrough(list *node) []PassThrough {
	if list.null() {
		return nil
	}
	if list.kind != sequence {
		r.wrong(list, passName, "a list")
		return nil
	}
	var out []PassThrough
	taken := map[string]bool{} // methods and paths
	for i, entry := range list.items {
		key := fmt.Sprintf("%s[%d]", passName, i)
		if entry.kind != mapping {
			r.wrong(entry, key, "a mapping with path and target")
			continue
		}
		r.checkKeys(entry, r.words.pass, key)
		p := r.passEndpoint(entry, key)
		for _, m := range p.All() {
			if taken[m+" "+p.Path] {
				r.report(entry.place, Error, key, fmt.Sprintf("another entry has %s %s already", m, p.Path))
			}
			taken[m+" "+p.Path] = true
		}
		out = append(out, p)
	}
	return out
}

// All is the methods it answers to.
func (p PassThrough) All() []string {
	if p.Methods != nil {
		return p.Methods
	}
	return []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
}

func (r *reader) passEndpoint(n *node, key string) PassThrough {
	p := PassThrough{
		Path: strings.TrimRight(r.str(n.get("path"), join(key, "path")), "/"), Target: r.str(n.get("target"), join(key, "target")),
		Headers: r.passHeaders(n.get("headers"), join(key, "headers")), Query: r.passTexts(n.get("default_query_params"), join(key, "default_query_params")),
	}
	if p.Path == "" || p.Path[0] != '/' || strings.ContainsAny(p.Path, "{}?#") {
		r.wrong(or(n.get("path"), n), join(key, "path"), "a path that begins with a slash, such as /bria")
	}
	if u, err := url.Parse(p.Target); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		r.wrong(or(n.get("target"), n), join(key, "target"), "an http or https URL")
	}
	for _, m := range r.strs(n.get("methods"), join(key, "methods")) {
		m = strings.ToUpper(m)
		if !slices.Contains(PassThrough{}.All(), m) {
			r.wrong(n.get("methods"), join(key, "methods"), "a list of GET, POST, PUT, PATCH and DELETE")
			continue
		}
		p.Methods = append(p.Methods, m)
	}
	for name, to := range map[string]*bool{"include_subpath": &p.Subpaths, "forward_headers": &p.Forward} {
		if v := r.boolean(n.get(name), join(key, name)); v != nil {
			*to = *v
		}
	}
	if v := r.boolean(n.get("auth"), join(key, "auth")); v != nil {
		p.Open = !*v
	}
	if v := r.float(n.get("cost_per_request"), join(key, "cost_per_request"), "a number of dollars"); v != nil {
		if *v < 0 || *v > maxCost {
			r.wrong(n.get("cost_per_request"), join(key, "cost_per_request"), fmt.Sprintf("a number of dollars from 0 to %d", maxCost))
		} else {
			pico := int64(math.Round(*v * 1e12))
			p.Cost = &pico
		}
	}
	return p
}

// explain says where an endpoint leads, and who may use it.
func (p PassThrough) explain() string {
	to := "passes on to " + shown(p.Target)
	if p.Subpaths {
		to += ", with what is below it"
	}
	if p.Methods != nil {
		to += ", " + strings.Join(p.Methods, " ") + " only"
	}
	if p.Cost != nil {
		to += fmt.Sprintf(", $%g a request", float64(*p.Cost)/1e12)
	}
	if p.Open {
		return to + ", for everyone"
	}
	return to + ", with the master key"
}

// passHeaders are texts that may be credentials.
func (r *reader) passHeaders(n *node, key string) map[string]string {
	if n != nil && n.kind == mapping {
		for _, m := range n.members {
			if !m.value.null() && m.value.kind == scalar {
				r.checkSecret(m.value, join(key, m.key))
			}
		}
	}
	return r.passTexts(n, key)
}

// passTexts reads names with their texts. References in them stay.
func (r *reader) passTexts(n *node, key string) map[string]string {
	if n = r.section(n, key); n == nil {
		return nil
	}
	out := map[string]string{}
	for _, m := range n.members {
		if m.value.null() || m.value.kind != scalar {
			r.wrong(m.value, join(key, m.key), "text")
			continue
		}
		out[m.key] = m.value.text
	}
	return out
}

func or(n, otherwise *node) *node {
	if n == nil {
		return otherwise
	}
	return n
}
