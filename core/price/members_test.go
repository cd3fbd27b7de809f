package price

import (
	"encoding/json"
	"reflect"
	"testing"
)

// TestMembers: what is said of each model in LiteLLM's words is read again as
// what it was.
func TestMembers(t *testing.T) {
	all, err := new(Catalogue).All()
	if err != nil || len(all) < 2590 {
		t.Fatalf("got %d models, %v, want 2590 at least", len(all), err)
	}
	for name, m := range all {
		b, err := json.Marshal(map[string]any{name: m.Members()})
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseModels(b)
		if err != nil {
			t.Fatalf("%s: %v in %s", name, err, b)
		}
		m.Source = "" // is for people
		if !reflect.DeepEqual(again[0], m) {
			t.Fatalf("%s: got\n%+v from\n%s, want\n%+v", name, again[0], b, m)
		}
	}
}
