package config

import (
	"fmt"
	"iter"
)

// entries yields the mappings of a list with their paths; known are their keys.
func (r *reader) entries(list *node, key, known string) iter.Seq2[string, *node] {
	return func(yield func(string, *node) bool) {
		if list.null() {
			return
		}
		if list.kind != sequence {
			r.wrong(list, key, "a list")
			return
		}
		words := section{used: known}.words()
		for i, n := range list.items {
			at := fmt.Sprintf("%s[%d]", key, i)
			if n.kind != mapping {
				r.wrong(n, at, "a mapping")
				continue
			}
			r.checkKeys(n, words, at)
			if !yield(at, n) {
				return
			}
		}
	}
}

// required is a text that an entry must have.
func (r *reader) required(n *node, at, name string) string {
	v := r.str(n.get(name), join(at, name))
	if v == "" {
		r.wrong(or(n.get(name), n), join(at, name), "text")
	}
	return v
}
