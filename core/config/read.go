package config

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/secret"
)

// envPrefix marks a value as the name of an environment variable.
const envPrefix = "os.environ/"

// reader turns nodes into values and collects what is wrong with them.
type reader struct {
	opts     Options
	words    vocabulary
	problems *problems
	hosted   map[string]string // variables that are kept elsewhere
	env      map[string]string // environment_variables
	repeats  map[string]*repeat
	groups   []string  // every model_name, of entries with errors too
	mentions []mention // names that must be known
	// credentials are those of credential_list, by name.
	credentials map[string][]member
	// kept says that what is read keeps something from being used or spent: a
	// variable that is not set would leave it open.
	kept bool
}

type repeat struct{ index, more int }

func (r *reader) report(at place, severity Severity, key, message string) {
	r.problems.add(at, severity, key, message)
}

// once warns at the first place only, and counts the others.
func (r *reader) once(at place, key, message string) {
	if seen, ok := r.repeats[message]; ok {
		seen.more++
		return
	}
	r.repeats[message] = &repeat{index: r.problems.add(at, Warning, key, message)}
}

// finish writes the counts of once into the messages.
func (r *reader) finish() {
	for _, seen := range r.repeats {
		if seen.more > 0 {
			r.problems.list[seen.index].Message += fmt.Sprintf(" (and %d more)", seen.more)
		}
	}
}

// lookup finds an environment variable: in the process, then where the file says
// that variables are kept, then in the file's environment_variables, whose values
// may name one of the others again.
func (r *reader) lookup(name string) (string, bool) {
	if v := r.process(name); v != "" {
		return v, true
	}
	v := r.env[name]
	if again, ok := strings.CutPrefix(v, envPrefix); ok {
		v = r.process(again)
	}
	return v, v != ""
}

func (r *reader) process(name string) string {
	if r.opts.Lookup != nil {
		if v, ok := r.opts.Lookup(name); ok && v != "" {
			return v
		}
	}
	return r.hosted[name]
}

// checkReference warns of a variable that is not set.
func (r *reader) checkReference(n *node, key string) bool {
	name, ok := strings.CutPrefix(n.text, envPrefix)
	if !ok {
		return r.checkSecret(n, key)
	}
	if _, set := r.lookup(name); set {
		return true
	}
	if r.kept {
		r.report(n.place, Error, key, fmt.Sprintf("the environment variable %s is not set: what it limits would be open", name))
		return false
	}
	r.report(n.place, Warning, key, fmt.Sprintf("the environment variable %s is not set", name))
	return false
}

// checkSecret reports a reference into a vault that can lead nowhere. A header
// may have a word before it: "Bearer secretsmanager/NAME".
func (r *reader) checkSecret(n *node, key string) bool {
	text := n.text
	if _, ref, ok := strings.Cut(text, " "); ok && secret.Refers(ref) {
		text = ref
	}
	if r.opts.Check == nil {
		return true
	}
	if err := r.opts.Check(text); err != nil {
		r.report(n.place, Error, key, err.Error())
		return false
	}
	return true
}

// resolved gives a scalar with its reference, if it is one, replaced; null
// when the variable is not set. One into a vault is for credentials, which are
// looked up when they are used: here it would be taken for the value.
func (r *reader) resolved(n *node, key string) *node {
	name, ok := strings.CutPrefix(n.text, envPrefix)
	if !ok {
		if secret.Refers(n.text) {
			r.report(n.place, Error, key, last(key)+" cannot be a reference to a secret that is kept elsewhere: credentials can, such as api_key")
		}
		return n
	}
	out := &node{place: n.place, plain: true}
	if r.checkReference(n, key) {
		if out.text, _ = r.lookup(name); secret.Refers(out.text) {
			r.report(n.place, Error, key, fmt.Sprintf("the environment variable %s is a reference to a secret that is kept elsewhere, which only credentials can be, such as api_key", name))
		}
		// A variable holds text, except that LiteLLM reads True and False.
		out.plain = strings.EqualFold(out.text, "true") || strings.EqualFold(out.text, "false")
	}
	return out
}

// str reads text; "" for null. A number is taken as it is written.
func (r *reader) str(n *node, key string) string {
	if n.null() {
		return ""
	}
	if n.kind != scalar {
		r.wrong(n, key, "text")
		return ""
	}
	if _, isBool := asBool(n.text); isBool && n.plain {
		r.report(n.place, Error, key, fmt.Sprintf("%s must be text: put quotes around %s", last(key), n.text))
		return ""
	}
	if n = r.resolved(n, key); n.null() {
		return ""
	}
	return n.text
}

func (r *reader) boolean(n *node, key string) *bool {
	if n.null() {
		return nil
	}
	if n.kind == scalar {
		if n = r.resolved(n, key); n.null() {
			return nil
		}
		if v, ok := asBool(n.text); ok {
			return &v
		}
	}
	r.wrong(n, key, "true or false")
	return nil
}

// integer reads a number without a fraction, from least on.
func (r *reader) integer(n *node, key string, least int64) *int64 {
	f := r.float(n, key, "a whole number")
	if f == nil {
		return nil
	}
	v := int64(*f)
	if *f != math.Trunc(*f) || math.Abs(*f) > 1<<53 || v < least {
		r.wrong(n, key, fmt.Sprintf("a whole number from %d on", least))
		return nil
	}
	return &v
}

func (r *reader) count(n *node, key string) *int {
	v := r.integer(n, key, 0)
	if v == nil {
		return nil
	}
	if *v > math.MaxInt32 {
		r.wrong(n, key, "a smaller number")
		return nil
	}
	out := int(*v)
	return &out
}

func (r *reader) float(n *node, key, want string) *float64 {
	if n.null() {
		return nil
	}
	if n.kind == scalar {
		if n = r.resolved(n, key); n.null() {
			return nil
		}
		if text, ok := asNumber(n.text); ok {
			if f, err := strconv.ParseFloat(text, 64); err == nil {
				return &f
			}
		}
	}
	r.wrong(n, key, want)
	return nil
}

func (r *reader) duration(n *node, key string) *time.Duration {
	if n.null() {
		return nil
	}
	if n.kind == scalar {
		if n = r.resolved(n, key); n.null() {
			return nil
		}
		if d, ok := asDuration(n.text); ok {
			return &d
		}
	}
	r.wrong(n, key, "a number of seconds, or one with a unit: 30s, 5m, 1h, 1d, 1w, 1mo")
	return nil
}

// strs reads a list of texts; one text alone is a list of one.
func (r *reader) strs(n *node, key string) []string {
	if n.null() {
		return nil
	}
	if n.kind == scalar {
		return []string{r.str(n, key)}
	}
	if n.kind == mapping {
		r.wrong(n, key, "a list of texts")
		return nil
	}
	out := []string{}
	for i, item := range n.items {
		at := fmt.Sprintf("%s[%d]", key, i)
		if item.null() {
			r.wrong(item, at, "text")
			continue
		}
		if s := r.str(item, at); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// section gives a mapping of the file; nil when there is none.
func (r *reader) section(n *node, key string) *node {
	if n.null() {
		return nil
	}
	if n.kind != mapping {
		r.wrong(n, key, "a mapping of keys to values")
		return nil
	}
	return n
}

func (r *reader) wrong(n *node, key, want string) {
	r.report(n.place, Error, key, last(key)+" must be "+want)
}

// last is the end of a dotted path.
func last(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// json writes a value as JSON: members in the file's order, numbers digit for
// digit, references replaced.
func (r *reader) json(n *node, key string) json.RawMessage {
	return r.appendJSON(nil, n, key)
}

func (r *reader) appendJSON(b []byte, n *node, key string) []byte {
	switch n.kind {
	case mapping:
		b = append(b, '{')
		for i, m := range n.members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(append(b, quote(m.key)...), ':')
			b = r.appendJSON(b, m.value, join(key, m.key))
		}
		return append(b, '}')
	case sequence:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = r.appendJSON(b, item, fmt.Sprintf("%s[%d]", key, i))
		}
		return append(b, ']')
	}
	n = r.resolved(n, key)
	if !n.plain {
		return append(b, quote(n.text)...)
	}
	if isNull(n.text) {
		return append(b, "null"...)
	}
	if v, ok := asBool(n.text); ok {
		return strconv.AppendBool(b, v)
	}
	if number, ok := asNumber(n.text); ok {
		return append(b, number...)
	}
	return append(b, quote(n.text)...)
}

// quote writes a JSON string. Tags such as <s> stay readable.
func quote(s string) []byte {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // text always encodes
	return []byte(strings.TrimSuffix(b.String(), "\n"))
}
