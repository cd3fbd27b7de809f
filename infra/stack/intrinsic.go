package stack

// object is a JSON object; encoding/json writes its members in order of name.
type object = map[string]any

func ref(id string) object { return object{"Ref": id} }

func attribute(id, name string) object { return object{"Fn::GetAtt": []string{id, name}} }

func sub(text string) object { return object{"Fn::Sub": text} }

// optional adds a member unless its value is the zero of its type.
func optional[T comparable](to object, name string, value T) {
	var zero T
	if value != zero {
		to[name] = value
	}
}
