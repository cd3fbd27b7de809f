package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Options say how to read. The zero value reads files of this machine, with
// no environment.
type Options struct {
	Strict          bool // an unknown key is an error
	AllowUnenforced bool // a protection this version lacks is a warning

	// Lookup finds an environment variable; nil finds none.
	Lookup func(name string) (string, bool)
	// Hosted is told where the file has variables kept and which it names, before
	// any is looked up, and returns what those are that it finds there; nil finds
	// none.
	Hosted func(k Keys, named []string) map[string]string
	// Check returns an error for a credential that is a reference which can lead
	// nowhere; nil checks none.
	Check func(text string) error
	// Open opens a file, also the included ones, whose names are joined to the
	// directory of the including file; nil is os.Open.
	Open func(name string) (io.ReadCloser, error)
}

// Load reads a configuration file and those it includes. The error is nil when
// the gateway may start; it wraps ErrInvalid when a problem is an error. The
// Config, of what could be read, is then only good for being explained.
func Load(name string, opts Options) (*Config, []Problem, error) {
	l := newLoader(opts)
	text, err := l.read(name)
	if err != nil {
		return nil, nil, fmt.Errorf("read configuration: %w", err)
	}
	return l.load(name, text)
}

// Parse is Load for a file that is in memory already. Name is for messages,
// and for the directory that included files are relative to.
func Parse(name string, text []byte, opts Options) (*Config, []Problem, error) {
	return newLoader(opts).load(name, string(text))
}

type loader struct {
	opts     Options
	problems *problems
	budget   int
	opened   []string // in the order of opening
	within   []string // the files whose includes are being read
}

func newLoader(opts Options) *loader {
	if opts.Open == nil {
		opts.Open = func(name string) (io.ReadCloser, error) { return os.Open(name) }
	}
	return &loader{opts: opts, problems: &problems{}, budget: maxNodes}
}

func (l *loader) load(name, text string) (*Config, []Problem, error) {
	root := l.tree(name, text)
	r := &reader{opts: l.opts, words: newVocabulary(), problems: l.problems, repeats: map[string]*repeat{}}
	c := r.config(root)
	r.finish()
	return c, l.problems.sorted(), l.problems.err(name)
}

func (l *loader) read(name string) (string, error) {
	f, err := l.opts.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	return string(b), err
}

// tree reads one file and merges into it what it includes.
func (l *loader) tree(name, text string) *node {
	src := &source{name: name, rank: len(l.opened), text: text}
	l.opened = append(l.opened, filepath.Clean(name))
	root := &node{place: place{src: src}, kind: mapping}
	body := src.parse(l.problems)
	if body == nil {
		return root
	}
	b := &builder{src: src, problems: l.problems, anchors: map[string]*node{}, budget: &l.budget}
	n := b.build(body, 0)
	if n.null() {
		return root
	}
	if n.kind != mapping {
		l.problems.add(n.place, Error, "", "the file must be a mapping: model_list, litellm_settings, ...")
		return root
	}
	l.within = append(l.within, filepath.Clean(name))
	l.include(n, filepath.Dir(name))
	l.within = l.within[:len(l.within)-1]
	return n
}

func (l *loader) include(into *node, dir string) {
	list := into.get("include")
	if list.null() {
		return
	}
	if list.kind != sequence {
		l.problems.add(list.place, Error, "include", "include must be a list of files")
		return
	}
	for _, item := range list.items {
		if item.kind != scalar || item.null() {
			l.problems.add(item.place, Error, "include", "include must be a list of files")
			continue
		}
		name := item.text
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		switch clean := filepath.Clean(name); {
		case slices.Contains(l.within, clean):
			l.problems.add(item.place, Error, "include", "this file is being read already: the includes go in a circle")
		case slices.Contains(l.opened, clean):
			l.problems.add(item.place, Warning, "include", "this file is included already")
		default:
			text, err := l.read(name)
			if err != nil {
				l.problems.add(item.place, Error, "include", err.Error())
				continue
			}
			l.merge(into, l.tree(name, text), "")
		}
	}
}

// merge adds one mapping to another: lists grow, mappings merge, and of two
// other values that of the including file stays.
func (l *loader) merge(into, from *node, path string) {
	for _, m := range from.members {
		key := join(path, m.key)
		if key == "include" {
			continue
		}
		old := into.get(m.key)
		switch {
		case old == nil:
			into.members = append(into.members, m)
		case m.value.null():
		case old.null():
			*old = *m.value
		case old.kind == mapping && m.value.kind == mapping:
			l.merge(old, m.value, key)
		case old.kind == sequence && m.value.kind == sequence:
			old.items = append(old.items, m.value.items...)
		case old.kind != scalar || m.value.kind != scalar || old.text != m.value.text:
			l.problems.add(m.place, Warning, key, fmt.Sprintf("%s has another value in %s, which counts", key, old.src.name))
		}
	}
}
