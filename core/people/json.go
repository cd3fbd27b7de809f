package people

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Parse reads a request for a new record. A member that T has not, and one that
// is there twice at any depth, is an error: names match exactly.
func Parse[T any](body raw.Object) (T, error) {
	var v T
	if err := raw.Strict(body.Bytes()); err != nil {
		return v, bad("", "Invalid JSON payload: %v", err)
	}
	known := names(reflect.TypeFor[T]())
	for name := range body.All() {
		if !known[name] {
			return v, bad(name, "there is no field %.100q", name)
		}
	}
	return v, unmarshal(body.Bytes(), &v)
}

// unmarshal is json.Unmarshal with an error for whoever sent the text.
func unmarshal(b []byte, v any) error {
	err := json.Unmarshal(b, v)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		field := wrong.Field
		if _, inner, ok := strings.Cut(field, "."); ok && strings.HasPrefix(field, "Spending.") {
			field = inner
		}
		return bad(field, "%s cannot be a %s", field, wrong.Value)
	}
	if err != nil {
		return bad("", "%v", err)
	}
	return nil
}

// Fields are the JSON names of a kind of record, and whether it has them.
func Fields[T any]() map[string]bool { return names(reflect.TypeFor[T]()) }

// names are the JSON names of a struct's members.
func names(t reflect.Type) map[string]bool {
	all := map[string]bool{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && !f.Anonymous && name != "-" && name != "" {
			all[name] = true
		}
	}
	return all
}
