// Package providers is the list of model vendors: one row for each whose API
// is OpenAI's, one line for each with words of its own. Names, addresses and
// variables are LiteLLM's, so that its users' configurations work as they are;
// where a vendor's own documents say otherwise the vendor is right, and
// oracle/differences.json says so.
//
// Nothing outside this folder names a vendor.
package providers

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Demo is the provider that needs no network, and its model of that name.
const Demo = "demo"

// Set is every provider, ready to be called. It is safe for concurrent use.
type Set struct{ byName map[string]llm.Speaker }

// All makes the providers, which share both clients. open calls the addresses
// that the operator or this package chose, guarded those that a caller chose.
func All(open, guarded *http.Client, now func() time.Time) *Set {
	s := &Set{make(map[string]llm.Speaker, len(table)+len(coded))}
	for _, r := range table {
		s.byName[r.name] = r.provider(open, guarded, now)
	}
	for name, make := range factories() {
		s.byName[name] = make(open, guarded, now)
	}
	for alias, name := range aliases() {
		s.byName[alias] = s.byName[name]
	}
	s.byName[elsewhere] = anyAddress(open, guarded)
	return s
}

// Named makes the providers for who asks none of them and has to know which
// there are: a program that makes no other Set has none of their code. Only
// addresses that are no vendor's can be asked.
func Named(open, guarded *http.Client, _ func() time.Time) *Set {
	s := &Set{map[string]llm.Speaker{elsewhere: anyAddress(open, guarded)}}
	for _, name := range Names() {
		s.byName[name] = unasked(name)
	}
	return s
}

// unasked is a provider that there is, and that cannot be asked. It is an
// llm.Speaker.
type unasked string

// Do implements llm.Provider.
func (u unasked) Do(context.Context, *llm.Call) (*llm.Reply, error) {
	return nil, fmt.Errorf("%s cannot be asked here", string(u))
}

// Speaks implements llm.Speaker.
func (unasked) Speaks(llm.Op, llm.Format) bool { return false }

// elsewhere asks addresses that are no vendor's but an operator's own, as they
// are: what it sends is the deployment's headers and nothing else.
const elsewhere = "pass_through_endpoints"

func anyAddress(open, guarded *http.Client) *wire.Provider {
	return &wire.Provider{Name: elsewhere, NoKey: true, Client: open, Guarded: guarded}
}

// Names lists the providers as the function of that name does.
func (s *Set) Names() []string { return Names() }

// Lookup finds a provider by the name that Infer gives.
func (s *Set) Lookup(name string) (llm.Speaker, bool) {
	p, ok := s.byName[name]
	return p, ok
}

// Names lists the providers in alphabetical order, aliases included.
func Names() []string {
	names := slices.Collect(maps.Keys(aliases()))
	for _, i := range coded {
		names = append(names, i.Name)
	}
	for _, r := range table {
		names = append(names, r.name)
	}
	slices.Sort(names)
	return names
}

// Info is what a person needs to know to use a provider.
type Info struct {
	Name    string
	Alias   string   // another name's: the provider it stands for
	Base    string   // where it is; "" when every user has their own
	KeyEnv  []string // variables that hold the key, the first that is set wins
	BaseEnv []string // variables that replace Base, the first that is set wins
	NoKey   bool     // works without a key, or with credentials of another kind
	Hosts   []string // further hosts of the vendor's
}

// Describe finds a provider's Info by name.
func Describe(name string) (Info, bool) {
	if of, ok := aliases()[name]; ok {
		i, found := Describe(of)
		i.Name, i.Alias = name, of
		return i, found
	}
	for _, i := range coded {
		if i.Name == name {
			return i, true
		}
	}
	for _, r := range table {
		if r.name == name {
			return r.info(), true
		}
	}
	return Info{}, false
}

// KeyEnv is the variables that hold a provider's key, the first that is set
// wins. It is empty for a provider that has none or does not exist.
func KeyEnv(name string) []string {
	i, _ := Describe(name)
	return i.KeyEnv
}

// Ready lists the providers that a set of variables is enough to use, in
// alphabetical order and without aliases: those whose key is set, and local
// servers whose address is. One at an address that is listed already is left
// out. getenv is like os.Getenv.
func Ready(getenv func(string) string) []string {
	set := func(name string) bool { return getenv(name) != "" }
	var names, bases []string
	for _, name := range Names() {
		i, _ := Describe(name)
		based := slices.ContainsFunc(i.BaseEnv, set)
		keyed := slices.ContainsFunc(i.KeyEnv, set)
		ready := i.Alias == "" && (based || i.Base != "") && (keyed || i.NoKey && based)
		if ready && (i.Base == "" || !slices.Contains(bases, i.Base)) {
			names, bases = append(names, name), append(bases, i.Base)
		}
	}
	return names
}

// row is one provider whose API is OpenAI's.
type row struct {
	name    string
	base    string        // "" when every user has their own
	key     string        // variables, separated by spaces
	baseEnv string        // variables, separated by spaces
	noKey   bool          // works without a key: local servers
	hosts   string        // further hosts of the vendor, separated by spaces
	quirks  openai.Quirks // of chat, with the vendor's page in a comment
	offers  ops           // beside chat
	text    bool          // its models complete texts, too
	answers bool          // it has the responses API
	auth    wire.Auth
	place   place
}

// ops are operations, each with what is odd about it.
type ops = map[llm.Op]openai.Quirks

func (r row) info() Info {
	return Info{
		Name: r.name, Base: r.base, NoKey: r.noKey, Hosts: strings.Fields(r.hosts),
		KeyEnv: strings.Fields(r.key), BaseEnv: strings.Fields(r.baseEnv),
	}
}

func (r row) provider(open, guarded *http.Client, now func() time.Time) llm.Speaker {
	quirks := r.quirks
	quirks.Offers, quirks.Completes, quirks.Responds = r.offers, r.text, r.answers
	dialect := openai.Dialect(quirks, now)
	for op, codec := range others(r.name) {
		dialect.Codecs[llm.Key{Op: op, Format: llm.OpenAI}] = codec
	}
	return &wire.Provider{
		Name: r.name, Base: r.base, NoKey: r.noKey,
		KeyEnv: strings.Fields(r.key), BaseEnv: strings.Fields(r.baseEnv), Place: r.place.wire(),
		Auth: r.auth, Dialect: dialect, Client: open, Guarded: guarded,
	}
}
