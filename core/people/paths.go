package people

import "strings"

// groupPrefix is what an operator writes before the name of a group of routes.
const groupPrefix = "LiteLLMRoutes."

// Listed reports whether a path is on an operator's list of routes: as it is, by
// a pattern with {names}, below a prefix that ends in *, or in one of LiteLLM's
// groups, which is written LiteLLMRoutes.openai_routes.
func Listed(list []string, path string) bool {
	for _, entry := range list {
		if name, ok := strings.CutPrefix(entry, groupPrefix); ok {
			if routeMatches(name, path) && routeGroups[name] != nil {
				return true
			}
			continue
		}
		if templateMatches(entry, path) {
			return true
		}
	}
	return false
}

// Unlisted is the first entry of a list that names a group which there is not;
// "" when all are known. LiteLLM's public_routes need no key here anyway.
func Unlisted(list []string) string {
	for _, entry := range list {
		if name, ok := strings.CutPrefix(entry, groupPrefix); ok && routeGroups[name] == nil && name != "public_routes" {
			return entry
		}
	}
	return ""
}
