package form_test

import (
	"slices"
	"testing"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/form"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestFields(t *testing.T) {
	o := providertest.Object(t, `{"a":"x y","b":true,"c":1.50,"d":[1,"two",[3]],"e":null,"f":{"g":[1]},"h":[]}`)
	want := []wire.Field{{Name: "a", Value: "x y"}, {Name: "b", Value: "true"}, {Name: "c", Value: "1.50"}, {Name: "d", Value: "1"}, {Name: "d", Value: "two"}, {Name: "d", Value: "3"}, {Name: "f", Value: `{"g":[1]}`}}
	if got := form.Fields(o); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := form.Query(o).Encode(); got != "a=x+y&b=true&c=1.50&d=1&d=two&d=3&f=%7B%22g%22%3A%5B1%5D%7D" {
		t.Errorf("got %s, want the same in a query", got)
	}
}

func TestTyped(t *testing.T) {
	o := providertest.Object(t, `{"a":"true","b":" 0.5 ","c":"[\"x\"]","d":"yes","e":"true","f":false,"g":"{\"a\":1,\"a\":2}"}`)
	want := `{"a":true,"b":0.5,"c":["x"],"d":"yes","e":"true","f":false,"g":"{\"a\":1,\"a\":2}"}`
	if got := string(form.Typed(o, "a", "b", "c", "d", "f", "g", "h").Bytes()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzFields(f *testing.F) {
	f.Add(`{"a":[["b",{}],null],"c":"\u00e9"}`)
	f.Fuzz(func(t *testing.T, text string) {
		o, err := raw.Parse([]byte(text))
		if err != nil {
			return
		}
		names := []string{}
		for name := range o.All() {
			names = append(names, name)
		}
		for _, field := range form.Fields(form.Typed(o, names...)) {
			if !o.Has(field.Name) {
				t.Fatalf("got %q, want only members of %s", field.Name, text)
			}
		}
	})
}
