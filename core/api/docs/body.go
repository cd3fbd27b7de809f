package docs

import (
	"maps"
	"slices"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// body is what a request holds; nil: nothing. Members whose names are in the
// path are left out.
func (a about) body(inPath []string) *body {
	if a.raw {
		return &body{false, map[string]media{"*/*": {}}}
	}
	if a.example == "" {
		return nil
	}
	example := a.object().Without(inPath...)
	s := schema{Type: "object", Properties: map[string]schema{}}
	for name, m := range members() {
		value, shown := example.Raw(name)
		if shown && a.form {
			m.Example = value // Swagger UI has no eye for the example of a form
		}
		if needed := slices.Contains(a.needs, name) && !slices.Contains(inPath, name); shown || needed {
			s.Properties[name] = m
		}
	}
	for _, name := range a.needs {
		if !slices.Contains(inPath, name) {
			s.Required = append(s.Required, name)
		}
	}
	if a.form {
		return &body{true, map[string]media{"multipart/form-data": {Schema: s}}}
	}
	return &body{true, map[string]media{"application/json": {s, example.Bytes()}}}
}

// object is the example.
func (a about) object() raw.Object {
	o, err := raw.Parse([]byte(a.example))
	if err != nil {
		return raw.Object{} // a test parses them all
	}
	return o
}

// members are those of requests. Others pass to the provider as they are.
func members() map[string]schema {
	text := func(what string) schema { return schema{Type: "string", Description: what} }
	list := func(of schema, what string) schema { return schema{Type: "array", Items: &of, Description: what} }
	file := schema{Type: "string", Format: "binary"}
	named := administered()
	maps.Copy(named, map[string]schema{
		"model":      text("One that GET /v1/models lists"),
		"messages":   list(schema{Type: "object"}, "The conversation so far"),
		"contents":   list(schema{Type: "object"}, "The conversation so far"),
		"stream":     {Type: "boolean", Description: "Answer with server-sent events"},
		"max_tokens": {Type: "integer", Description: "The most tokens to answer with"},
		"prompt":     {Description: "A text; where texts are completed, also several, or their tokens"},
		"input":      {Description: "A text, or several, or what else the operation takes"},
		"query":      text("What is asked"),
		"documents":  list(schema{}, "Texts, or objects that have one"),
		"voice":      {Description: "A voice's name, or an object with its id"},
		"image":      file,
		"file":       file,

		"requests":                list(schema{Type: "object"}, "Chat completions, without what they share"),
		"max_concurrent_requests": {Type: "integer", Description: "How many are asked at a time, 1 to 100"},

		"call_type":    text("Which operation"),
		"request_body": {Type: "object", Description: "What it would be asked with"},
	})
	return named
}

// answer is what may come back, by content type.
func (a about) answer() map[string]media {
	all := map[string]media{}
	if a.members != nil {
		s := schema{Type: "object", Required: a.members, Properties: map[string]schema{}}
		for _, name := range a.members {
			s.Properties[name] = answers()[name]
		}
		all["application/json"] = media{Schema: s}
	}
	for _, kind := range a.others {
		all[kind] = media{}
	}
	return all
}

// answers are the members of replies.
func answers() map[string]schema {
	text, object, list := schema{Type: "string"}, schema{Type: "object"}, schema{Type: "array", Items: &schema{}}
	unix, count := schema{Type: "number", Description: "Seconds since 1970"}, schema{Type: "integer"}
	return map[string]schema{
		"id": text, "object": text, "created": unix, "created_at": unix, "model": text, "choices": list, "output": list, "status": text,
		"deleted": {Type: "boolean"}, "data": list, "type": text, "role": text, "content": list, "stop_reason": {Type: []string{"string", "null"}},
		"usage": object, "results": list, "text": text, "input_tokens": count, "total_tokens": count, "request_model": text, "model_used": text,
		"tokenizer_type": text, "owned_by": text, "openapi": text, "info": object, "paths": object, "request_counts": object,
		"raw_request_api_base": text, "raw_request_headers": object, "raw_request_body": object, "supported_openai_params": list,
		"healthy_endpoints": list, "unhealthy_endpoints": list, "healthy_count": count, "unhealthy_count": count,
	}
}
