package config

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
)

// fingerprint is the ID of a deployment that was given none: 128 bits of a
// hash over what makes it that deployment, as written, so that it stays the
// same when a secret rotates, the entry moves or its keys change places. The
// nth entry of those that are alike has its own.
func fingerprint(entry *node, nth int) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d;", nth)
	for _, m := range inOrder(entry.members) {
		if m.key == "model_name" || m.key == "litellm_params" || slices.Contains(strings.Fields(besides), m.key) {
			write(h, m)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func inOrder(members []member) []member {
	return slices.SortedFunc(slices.Values(members), func(a, b member) int { return cmp.Compare(a.key, b.key) })
}

// write feeds a member to the hash, each part with its length.
func write(w io.Writer, m member) {
	fmt.Fprintf(w, "%d:%s%d,%d,%d;%d:%s", len(m.key), m.key, m.value.kind, len(m.value.members), len(m.value.items), len(m.value.text), m.value.text)
	for _, child := range inOrder(m.value.members) {
		write(w, child)
	}
	for _, item := range m.value.items {
		write(w, member{value: item})
	}
}
