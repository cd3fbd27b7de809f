// Command generate writes the catalogue of core/price from a price file of
// LiteLLM's (model_prices_and_context_window.json), vendors.json and
// models.json:
//
//	go run ./core/price/internal/generate LITELLM.json core/price/catalogue.bin
//
// The same files always give the same bytes.
package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/price"
	"github.com/tollgate-llm/tollgate/core/price/internal/blocks"
)

// vendors says how providers name and price models. Members:
//
//	name      the provider's name and a slash
//	families  names that LiteLLM's file has for the provider; patterns
//	borrows   providers whose entries are its too, if it has none; * for all
//	routes    beginnings of a model's name that choose a protocol
//	regions   beginnings, before a dot, that choose where it runs
//	version   whether a name may end in -001
//	also      other forms of a name, * being the name
//	aliases   names by what the names of renamed models begin with
//	sizes     prices by model size: the first row whose max is not exceeded, by
//	          parameters as in 7b, 110m or (letter x) 8x7b
//	adds      prices that LiteLLM has in its code; capacity that is reserved is
//	          paid for by the hour, so that a call to it costs nothing
//	prices    of models that are not listed
//	unlisted  always, or own: at an api_base of the operator's own
//	supports  what every model does
//	source    the page that says so
//
//go:embed vendors.json
var vendors []byte

// models are those that the documents of LiteLLM name and its file does not
// have, in its words, with the vendor's page as source_url.
//
//go:embed models.json
var models []byte

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: generate LITELLM.json CATALOGUE.bin")
		os.Exit(2)
	}
	packed, err := generate(os.Args[1])
	if err == nil {
		err = os.WriteFile(os.Args[2], packed, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate(name string) ([]byte, error) {
	file, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read price file: %w", err)
	}
	listed, err := price.ParseModels(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	more, err := price.ParseModels(models)
	if err != nil {
		return nil, fmt.Errorf("models.json: %w", err)
	}
	entries, families, additions, err := readVendors()
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(append(listed, more...), func(m price.Model) bool { return m.Name == "sample_spec" })
	slices.SortStableFunc(all, func(a, b price.Model) int { return strings.Compare(place(a.Name), place(b.Name)) })
	for _, m := range all {
		if family, ok := families.of(m.Provider); ok {
			m.Provider = family
		}
		for _, a := range additions {
			a.to(&m)
		}
		line, err := json.Marshal(m)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", m.Name, err)
		}
		entries = append(entries, line)
	}
	packed, err := blocks.Pack(entries)
	if err != nil {
		return nil, fmt.Errorf("write catalogue: %w", err)
	}
	return packed, nil
}

// place sorts a model by its own name first, so that what several vendors sell
// is compressed together.
func place(name string) string { return path.Base(name) + "\x00" + name }

// families are providers by the pattern of what LiteLLM's file calls them.
type families []family

type family struct{ pattern, provider string }

func (f families) of(name string) (string, bool) {
	for _, one := range f {
		if ok, err := path.Match(one.pattern, name); ok && err == nil {
			return one.provider, true
		}
	}
	return "", false
}

// addition is a price that LiteLLM has in its code instead of its file.
type addition struct {
	provider string
	Match    string       `json:"match"` // pattern of the names of models
	Prices   price.Prices `json:"prices"`
}

// to adds the prices to a model that has none for the same.
func (a addition) to(m *price.Model) {
	flat := strings.NewReplacer("/", "|") // so that * matches slashes too
	if ok, err := path.Match(flat.Replace(a.Match), flat.Replace(m.Name)); !ok || err != nil || m.Provider != a.provider {
		return
	}
	for rate, femto := range a.Prices {
		if _, has := m.Prices[rate]; !has {
			m.Prices[rate] = femto
		}
	}
}

// readVendors reads vendors.json: entries of the catalogue, and what concerns
// only this command.
func readVendors() (entries []json.RawMessage, all families, adds []addition, err error) {
	var list []map[string]json.RawMessage
	if err := json.Unmarshal(vendors, &list); err != nil {
		return nil, nil, nil, fmt.Errorf("vendors.json: %w", err)
	}
	for _, v := range list {
		var own struct {
			Name     string     `json:"name"`
			Families []string   `json:"families"`
			Adds     []addition `json:"adds"`
		}
		whole, err := json.Marshal(v)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("vendors.json: %w", err)
		}
		if err := json.Unmarshal(whole, &own); err != nil {
			return nil, nil, nil, fmt.Errorf("vendors.json: %s: %w", v["name"], err)
		}
		provider := strings.TrimSuffix(own.Name, "/")
		for _, pattern := range own.Families {
			all = append(all, family{pattern, provider})
		}
		for _, a := range own.Adds {
			a.provider = provider
			adds = append(adds, a)
		}
		for _, member := range []string{"name", "families", "adds", "source"} {
			delete(v, member)
		}
		rest, err := json.Marshal(v)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("vendors.json: %w", err)
		}
		if len(v) > 0 {
			entries = append(entries, json.RawMessage(fmt.Sprintf(`{"name":%q,%s`, own.Name, rest[1:])))
		}
	}
	return entries, all, adds, nil
}
