package price

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"

	"github.com/tollgate-llm/tollgate/core/price/internal/blocks"
)

//go:embed catalogue.bin
var embedded string

// ErrUnknownModel says that the catalogue has no such model.
var ErrUnknownModel = errors.New("unknown model")

// Catalogue is what is known of all models: what comes with this package, and
// what Register adds. Its zero value is ready, and it is safe for concurrent
// use. It keeps each entry it has read, so share one.
type Catalogue struct {
	mu      sync.Mutex
	file    blocks.File
	models  map[string]*Model // by name; registered, or read before
	vendors map[string]*vendor
	found   map[place]*Model // what find gave, nil for what is unknown; Register empties it
	version int              // counts the calls of Register
}

// Register adds models, or changes what is known of them, as LiteLLM's
// register_model does: file has the form of its price file. An entry with the
// name of a known model changes the members it has and leaves the others.
func (c *Catalogue) Register(file []byte) error {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(file, &entries); err != nil {
		return fmt.Errorf("register models: %w", err)
	}
	changed := make(map[string]*Model, len(entries))
	for name, entry := range entries {
		m := Model{Name: name}
		if known := c.row(name); known != nil && known.Name == name {
			m = *known
		}
		if err := m.read(entry); err != nil {
			return fmt.Errorf("register model %s: %w", name, err)
		}
		changed[name] = &m
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open()
	maps.Copy(c.models, changed)
	c.found = nil
	c.version++
	return nil
}

// row is the model of exactly this name but for large and small letters, or nil.
func (c *Catalogue) row(name string) *Model {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m, ok := c.models[name]; ok {
		return m
	}
	m := new(Model)
	if !c.read(name, m) || m.Provider == "" {
		return nil
	}
	if known, ok := c.models[m.Name]; ok {
		return known
	}
	c.models[m.Name] = m
	return m
}

// vendor is how a provider names and prices its models; empty if nothing is
// special about it.
func (c *Catalogue) vendor(name string) *vendor {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.vendors[name]; ok {
		return v
	}
	v := new(vendor)
	if strings.Contains(name, "/") || !c.read(name+"/", v) {
		return v
	}
	c.vendors[name] = v
	return v
}

// read reads an entry of the embedded file. c.mu must be held. A test reads
// the whole file, so an error means that there is no such entry.
func (c *Catalogue) read(name string, into any) bool {
	c.open()
	line, err := c.file.Find(name)
	return err == nil && line != nil && json.Unmarshal(line, into) == nil
}

// open makes the zero value usable. c.mu must be held.
func (c *Catalogue) open() {
	if c.models == nil {
		c.models, c.vendors = map[string]*Model{}, map[string]*vendor{}
		c.file, _ = blocks.Open(embedded) // a test opens it
	}
}
