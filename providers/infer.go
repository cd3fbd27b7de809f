package providers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Infer finds the provider that a model's name means, and the provider's own
// name for the model, as LiteLLM does: custom (custom_llm_provider) wins, then
// a prefix that is a provider ("groq/llama-3"; slashes after it are the
// model's), then the host of base (api_base) when it is a vendor's, then names
// that only one vendor uses ("gpt-4o"). The error is an *llm.Error of class
// BadRequestError that says how to name a provider.
func Infer(model, custom, base string) (provider, name string, err error) {
	if custom != "" {
		if _, ok := Describe(custom); !ok {
			return "", "", unknown(model, custom)
		}
		return custom, strings.TrimPrefix(model, custom+"/"), nil
	}
	prefix, rest, slash := strings.Cut(model, "/")
	if _, ok := Describe(prefix); ok && slash && rest != "" {
		return prefix, rest, nil
	}
	if provider := hostedBy(base); provider != "" {
		return provider, model, nil
	}
	if provider := maker(model); provider != "" && !slash {
		return provider, model, nil
	}
	return "", "", unknown(model, prefix)
}

// Infer is the package's Infer, for those who are handed a Set.
func (*Set) Infer(model, custom, base string) (provider, name string, err error) {
	return Infer(model, custom, base)
}

// maker is the vendor that alone has models of such a name.
func maker(model string) string {
	for _, m := range [...]struct{ prefix, provider string }{
		{"gpt-", "openai"},
		{"chatgpt-", "openai"},
		{"ft:gpt-", "openai"},
		{"claude-", "anthropic"},
		{"jamba-", "ai21_chat"},
		{"demo-", "demo"},
	} {
		if _, ok := Describe(m.provider); ok && strings.HasPrefix(model, m.prefix) {
			return m.provider
		}
	}
	switch family, _, _ := strings.Cut(model, "-"); family {
	case "o1", "o3", "o4", "*":
		return "openai"
	case "demo":
		return "demo"
	}
	return ""
}

// hostedBy is the vendor whose host an address has. Hosts of this machine are
// nobody's.
func hostedBy(base string) string {
	host := hostOf(base)
	if host == "" {
		return ""
	}
	for _, r := range table {
		if i := r.info(); i.at(host) {
			return i.Name
		}
	}
	for _, i := range coded {
		if i.at(host) {
			return i.Name
		}
	}
	return ""
}

// at reports whether a host is the vendor's own.
func (i Info) at(host string) bool {
	return hostOf(i.Base) == host && !i.NoKey || slices.Contains(i.Hosts, host)
}

func hostOf(base string) string {
	if base != "" && !strings.Contains(base, "://") {
		base = "https://" + base
	}
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// unknown says what to write instead of a name that means no provider.
func unknown(model, name string) error {
	message := "no provider for model " + strconv.Quote(model)
	if name != model {
		message = strconv.Quote(name) + " is no known provider in model " + strconv.Quote(model)
	}
	if near := nearest(name); near != "" {
		message += "; did you mean " + near + "?"
	} else {
		message += "."
	}
	return &llm.Error{
		Class: llm.BadRequestError, Param: "model", Model: model,
		Message: message + " Write provider/model, such as openai/gpt-4o, or openai/" + model +
			" with api_base for a server that speaks OpenAI's API",
	}
}

// nearest is the provider whose name is like s, or "".
func nearest(s string) string {
	plain := func(s string) string {
		return strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(s))
	}
	best, closest := "", 3
	for _, name := range Names() {
		a, b := plain(s), plain(name)
		d := distance(a, b)
		if len(a) >= 4 && strings.HasPrefix(b, a) {
			d = min(d, 1)
		}
		if d < closest && d*3 <= len(a) {
			best, closest = name, d
		}
	}
	return best
}

// distance is how many letters to insert, drop, change or swap with their
// neighbour (optimal string alignment).
func distance(a, b string) int {
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
