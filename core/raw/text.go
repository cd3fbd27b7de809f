package raw

import (
	"bytes"
	"encoding/json"
)

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Quote returns a text as JSON.
func Quote(s string) []byte {
	if !bare(s) {
		b, err := encode(s)
		if err != nil {
			panic(err) // a string always encodes
		}
		return b
	}
	b := make([]byte, 0, len(s)+2)
	return append(append(append(b, '"'), s...), '"')
}

// quoteOf is a name's quote, as a member keeps it.
func quoteOf(name string) []byte {
	if bare(name) {
		return nil
	}
	return Quote(name)
}

// bare reports whether a text needs nothing but quotes around it.
func bare(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return false
		}
	}
	return true
}

func unquote(q []byte) (string, error) {
	in := q[1 : len(q)-1]
	for _, c := range in {
		if c == '\\' || c < ' ' || c >= 0x80 {
			var s string
			err := json.Unmarshal(q, &s)
			return s, err
		}
	}
	return nameOf(in), nil
}

// nameOf is string(b), and spares its allocation where it can.
func nameOf(b []byte) string {
	if name := common(b); name != "" {
		return name
	}
	return string(b)
}

// common returns a name that most requests and replies have as a constant,
// which spares an allocation for each; "" for any other.
func common(name []byte) string {
	switch string(name) {
	case "assistant":
		return "assistant"
	case "choices":
		return "choices"
	case "completion_tokens":
		return "completion_tokens"
	case "content":
		return "content"
	case "created":
		return "created"
	case "id":
		return "id"
	case "max_tokens":
		return "max_tokens"
	case "messages":
		return "messages"
	case "model":
		return "model"
	case "object":
		return "object"
	case "prompt_tokens":
		return "prompt_tokens"
	case "role":
		return "role"
	case "stream":
		return "stream"
	case "system_fingerprint":
		return "system_fingerprint"
	case "temperature":
		return "temperature"
	case "text":
		return "text"
	case "tool":
		return "tool"
	case "total_tokens":
		return "total_tokens"
	case "type":
		return "type"
	case "usage":
		return "usage"
	case "user":
		return "user"
	}
	return ""
}
