package upstream

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

// members are a request's members by name. Those of a form are its fields: a
// text each, or a list of texts under the name without its brackets.
type members map[string]json.RawMessage

func (m members) text(name string) string {
	var text string
	_ = json.Unmarshal(m[name], &text) // anything else is no text
	return text
}

// number reads an integer, which a form has as text; normal when there is none.
func (m members) number(name string, normal int) int {
	n := normal
	if json.Unmarshal(bytes.Trim(m[name], `"`), &n) != nil {
		return normal
	}
	return n
}

// flag reads a boolean, which a form has as text.
func (m members) flag(name string) bool {
	return string(bytes.Trim(m[name], `"`)) == "true"
}

// or is a member as it was sent, or normal.
func (m members) or(name, normal string) json.RawMessage {
	if v, ok := m[name]; ok && string(v) != "null" {
		return v
	}
	return json.RawMessage(normal)
}

// list reads a list of texts, or one text alone.
func (m members) list(name string) []string { return oneOrMore(m[name]) }

// file is a file of a form.
type file struct {
	field, name, kind string
	data              []byte
}

// readMembers reads an object or, where files are sent, a form.
func readMembers(r *http.Request, body []byte) (members, []file, *failure) {
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return readForm(multipart.NewReader(bytes.NewReader(body), params["boundary"]))
	}
	var m members
	if json.Unmarshal(body, &m) != nil {
		return nil, nil, badRequest("", "", "We could not parse the JSON body of your request.")
	}
	return m, nil, nil
}

// readForm refuses what OpenAI refuses: a name twice that has no brackets
// (github.com/diaomin66/astrbot_plugin_omnidraw/pull/58).
func readForm(parts *multipart.Reader) (members, []file, *failure) {
	m, lists, seen := members{}, map[string][]string{}, map[string]bool{}
	var files []file
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, badRequest("", "", "Could not parse multipart form: %v", err)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, badRequest("", "", "Could not parse multipart form: %v", err)
		}
		field := part.FormName()
		name, several := strings.CutSuffix(field, "[]")
		if seen[field] && !several {
			return nil, nil, badRequest(name, "", "Duplicate parameter: '%s'. You provided multiple values for this parameter, whilst only one is allowed. If you are trying to provide a list of values, use the array syntax instead e.g. '%s[]=<value>'.", name, name)
		}
		seen[field] = true
		switch {
		case part.FileName() != "":
			files = append(files, file{field, part.FileName(), part.Header.Get("Content-Type"), data})
			m[name] = json.RawMessage(`"(a file)"`)
		case several:
			lists[name] = append(lists[name], string(data))
			m[name] = encode(lists[name])
		default:
			m[name] = encode(string(data))
		}
	}
	return m, files, nil
}

// badRequest is OpenAI's refusal of what a request says.
func badRequest(param, code, format string, args ...any) *failure {
	return &failure{status: 400, kind: "invalid_request_error", param: param, code: code, message: fmt.Sprintf(format, args...)}
}
