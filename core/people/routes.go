package people

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// routeAllowed reports whether one of the entries stands for a path: itself,
// what is below it, a prefix with * at its end, or the name of a group.
func routeAllowed(entries []string, path string) bool {
	for _, entry := range entries {
		if routeMatches(entry, path) {
			return true
		}
	}
	return false
}

func routeMatches(entry, path string) bool {
	if group, ok := routeGroups[entry]; ok {
		for _, pattern := range group {
			if templateMatches(pattern, path) {
				return true
			}
		}
		return false
	}
	if prefix, ok := strings.CutSuffix(entry, "*"); ok {
		return strings.HasPrefix(path, prefix)
	}
	return path == entry || strings.HasPrefix(path, entry+"/")
}

// templateMatches reports whether a path is of a group's pattern: {name} is one
// element, {name...} any number, * at the end anything.
func templateMatches(pattern, path string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok && !strings.Contains(prefix, "{") {
		return strings.HasPrefix(path, prefix)
	}
	for {
		before, rest, has := strings.Cut(pattern, "{")
		if !has {
			return pattern == path
		}
		if !strings.HasPrefix(path, before) {
			return false
		}
		name, after, _ := strings.Cut(rest, "}")
		path, pattern = path[len(before):], after
		if strings.HasSuffix(name, "...") { // the last of its pattern, but for a suffix
			return strings.HasSuffix(path, pattern) && len(path) > len(pattern)
		}
		n := strings.IndexByte(path, '/')
		if n < 0 {
			n = len(path)
			if after != "" && after[0] != '/' {
				n = len(strings.TrimSuffix(path, after))
			}
		}
		if n == 0 {
			return false
		}
		path = path[n:]
	}
}

// routesCover reports whether every path that an entry stands for is also one
// that the entries of another list do.
func routesCover(entries []string, entry string) bool {
	for _, e := range entries {
		if e == entry {
			return true
		}
	}
	if group, ok := routeGroups[entry]; ok {
		for _, pattern := range group {
			if !patternCovered(entries, pattern) {
				return false
			}
		}
		return true
	}
	if !patternCovered(entries, entry) {
		return false
	}
	for _, pattern := range knownRoutes() {
		if strings.HasPrefix(pattern, entry+"/") && !patternCovered(entries, pattern) {
			return false
		}
	}
	return true
}

// knownRoutes are the patterns of all routes.
var knownRoutes = sync.OnceValue(func() []string {
	all := otherRoutes
	for _, group := range routeGroups {
		all = slices.Concat(all, group)
	}
	return all
})

// patternCovered reports whether one of the entries stands for all that a
// pattern does. A plain path stands for what is below it, too, so the routes
// that are known to be there must be covered with it.
func patternCovered(entries []string, pattern string) bool {
	for _, e := range entries {
		if group, ok := routeGroups[e]; ok {
			for _, g := range group {
				if g == pattern || strings.HasSuffix(g, "*") && strings.HasPrefix(pattern, strings.TrimSuffix(g, "*")) {
					return true
				}
			}
			continue
		}
		if prefix, ok := strings.CutSuffix(e, "*"); ok {
			if strings.HasPrefix(pattern, prefix) {
				return true
			}
			continue
		}
		if pattern == e || strings.HasPrefix(pattern, e+"/") {
			return true
		}
	}
	return false
}

// routeForm is what an entry looks like: a path with at most one *, at its end,
// or the name of a group.
var routeForm = regexp.MustCompile(`^/[^\s*{}]*\*?$|^\*$`)

func checkRoutes(field string, entries []string) error {
	if len(entries) > 500 {
		return bad(field, "%s has at most 500 entries", field)
	}
	for _, e := range entries {
		if _, group := routeGroups[e]; !group && (!routeForm.MatchString(e) || len(e) > 512) {
			return bad(field, "%s: %.100q is neither a path, a path that ends in *, nor a group of routes", field, e)
		}
	}
	return nil
}
