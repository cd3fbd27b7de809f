package stack

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// profile is dev with options.
func profile(t *testing.T, context map[string]any) Profile {
	t.Helper()
	profiles, err := Configured(read(t, context))
	if err != nil {
		t.Fatal(err)
	}
	return profiles[0]
}

// read is a context for dev as the CDK's command line hands it over.
func read(t *testing.T, context map[string]any) map[string]any {
	t.Helper()
	whole := map[string]any{"stage": "dev"}
	b, err := json.Marshal(context)
	if err == nil {
		err = json.Unmarshal(b, &whole)
	}
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// template is a profile's, as it is after JSON.
func template(t *testing.T, p Profile) map[string]any {
	t.Helper()
	zips := map[string]string{}
	for _, f := range routes.Functions() {
		zips[f.Name] = f.Name + ".zip"
	}
	made, err := Template(p, zips)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// chosen is the resources of dev with options, by their ids, in which hashes are #.
func chosen(t *testing.T, context map[string]any) map[string]any {
	t.Helper()
	all := map[string]any{}
	for id, r := range template(t, profile(t, context))["Resources"].(map[string]any) {
		all[regexp.MustCompile(`[0-9a-f]{16}$`).ReplaceAllString(id, "#")] = r
	}
	return all
}

// difference lists the ids of a that b has not.
func difference(a, b map[string]any) []string {
	var only []string
	for id := range a {
		if b[id] == nil {
			only = append(only, id)
		}
	}
	slices.Sort(only)
	return only
}

// values finds what is at the end of a fact's way, by the resources' ids.
func values(t *testing.T, resources map[string]any, fact string) map[string]string {
	t.Helper()
	way := strings.Fields(fact)
	found := map[string]string{}
	for id, r := range resources {
		if id != way[0] && r.(map[string]any)["Type"] != way[0] {
			continue
		}
		at := r
		for _, step := range way[1:] {
			switch value := at.(type) {
			case map[string]any:
				at = value[step]
			case []any:
				at = nil
				if i := int(step[0] - '0'); i < len(value) {
					at = value[i]
				}
			default:
				at = nil
			}
		}
		found[id] = encoded(t, at)
	}
	return found
}

func encoded(t *testing.T, value any) string {
	t.Helper()
	b, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
