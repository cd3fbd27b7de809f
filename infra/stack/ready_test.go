package stack

import (
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// TestVersion holds that another program, or another setting, of a function with
// environments kept ready is another version, and the same the same: the alias
// would go on serving the snapshot that it has.
func TestVersion(t *testing.T) {
	version := func(zip string, context map[string]any) string {
		zips := map[string]string{}
		for _, f := range routes.Functions() {
			zips[f.Name] = zip
		}
		made, err := Template(profile(t, and(context, "provisioned-concurrency", "chat:1")), zips)
		if err != nil {
			t.Fatal(err)
		}
		for id := range made["Resources"].(object) {
			if strings.HasPrefix(id, "ChatVersion") {
				return id
			}
		}
		t.Fatal("there is no version")
		return ""
	}
	none := map[string]any{}
	got := []string{version("a.zip", none), version("a.zip", none), version("b.zip", none), version("a.zip", map[string]any{"key": true})}
	if got[0] != got[1] {
		t.Errorf("got the versions %q, want the first two the same", got)
	}
	slices.Sort(got)
	if len(slices.Compact(got)) != 3 {
		t.Errorf("got the versions %q, want the others different", got)
	}
}
