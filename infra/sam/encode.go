package sam

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// width is how long a line may be that has a whole value.
const width = 160

// first are the members that a reader wants first, in their order. Others follow
// by name.
var first = [...]string{
	"AWSTemplateFormatVersion", "Transform", "Description", "Parameters", "Conditions", "Globals", "Resources", "Outputs",
	"Type", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy",
}

func members(o object) []string {
	rank := func(name string) int {
		if at := slices.Index(first[:], name); at >= 0 {
			return at
		}
		return len(first)
	}
	return slices.SortedFunc(maps.Keys(o), func(a, b string) int { return cmp.Or(rank(a)-rank(b), cmp.Compare(a, b)) })
}

// encode writes a template as YAML: a value that fits into a line as one line,
// others member by member. The same template gives the same bytes.
func encode(t object) ([]byte, error) {
	value, err := plain(t)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	for _, name := range members(value) {
		block(&out, "", scalar(name)+":", value[name])
	}
	return []byte(out.String()), nil
}

// block writes a value after what it is the value of: a member's name, or the
// dash of a list. Objects have members by name below them, resources a line of
// space between them.
func block(out *strings.Builder, indent, before string, value any) {
	line := flow(value)
	if text, ok := value.(string); ok {
		line = scalar(text)
	}
	o, isObject := value.(object)
	list, isList := value.([]any)
	if nested := isObject || isList; !nested || (indent != "" && len(indent)+len(before)+len(line) < width) {
		fmt.Fprintf(out, "%s%s %s\n", indent, before, line)
		return
	}
	if before != "-" {
		fmt.Fprintf(out, "%s%s\n", indent, before)
	}
	for i, name := range members(o) {
		at := indent + "  "
		if before == "-" && i == 0 {
			at = indent + "- "
		}
		var member strings.Builder
		block(&member, indent+"  ", scalar(name)+":", o[name])
		out.WriteString(at + strings.TrimPrefix(member.String(), indent+"  "))
	}
	for _, v := range list {
		block(out, indent+"  ", "-", v)
	}
}

// flow is a value as one line.
func flow(value any) string {
	switch v := value.(type) {
	case object:
		var all []string
		for _, name := range members(v) {
			all = append(all, quoted(name)+": "+flow(v[name]))
		}
		return "{" + strings.Join(all, ", ") + "}"
	case []any:
		var all []string
		for _, element := range v {
			all = append(all, flow(element))
		}
		return "[" + strings.Join(all, ", ") + "]"
	case string:
		return quoted(v)
	}
	return fmt.Sprint(value)
}

// quoted is a text within a line, where some readers take a colon for the end of
// a name.
func quoted(text string) string {
	if strings.Contains(text, ":") {
		return inQuotes(text)
	}
	return scalar(text)
}

var (
	// bare is text that is text without quotes, too.
	bare = regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9/._-]*(::?[A-Za-z0-9/._-]+)*$`)
	// words are text that is something else without quotes.
	words = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|true|false|null)$`)
)

// scalar is a text.
func scalar(text string) string {
	if bare.MatchString(text) && !words.MatchString(text) {
		return text
	}
	return inQuotes(text)
}

// inQuotes is a text in JSON's quotes, which mean the same in YAML.
func inQuotes(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil { // of a string, JSON has no error
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}
