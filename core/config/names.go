package config

import "strings"

// status is what becomes of a key.
type status uint8

const (
	unknown    status = iota
	used              // read here
	setting           // litellm_params: a setting of the provider's, kept in Model.Settings
	credential        // litellm_params: kept as a reference in Model.Secrets
	passed            // litellm_params: a well-known parameter of the provider's request
	priced            // litellm_params: a price, kept in Model.Prices
	templated         // litellm_params: a part of Model.Template
	inert             // known, without effect in this version
	protecting        // keeps something from being used, spent or seen, and is not enforced
	ignored           // known, and not needed here
)

// section is the vocabulary of one mapping of the file: keys by status,
// separated by white space. An ignored key has a line of its own, with what
// takes its place.
type section struct {
	name                                       string
	used, settings, credentials, passed        string
	prices, template, inert, protects, ignored string
}

// word is what is known of a key.
type word struct {
	status status
	note   string // of an ignored key
}

// words makes a section's index.
func (s section) words() map[string]word {
	out := map[string]word{}
	for _, g := range []struct {
		keys   string
		status status
	}{
		{s.used, used},
		{s.settings, setting},
		{s.credentials, credential},
		{s.passed, passed},
		{s.prices, priced},
		{s.template, templated},
		{s.inert, inert},
		{s.protects, protecting},
	} {
		for _, key := range strings.Fields(g.keys) {
			out[key] = word{status: g.status}
		}
	}
	for line := range strings.Lines(s.ignored) {
		if key, note, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			out[key] = word{ignored, note}
		}
	}
	return out
}

// nearest finds the known key that an unknown one was probably meant to be:
// one that differs in case or dashes, or in few letters for its length.
func nearest(key string, words map[string]word, among func(status) bool) string {
	best, least := "", 1000
	key = normal(key)
	limit := 1
	switch {
	case len(key) < 4:
		limit = 0
	case len(key) >= 8:
		limit = 2
	}
	for candidate, w := range words {
		if !among(w.status) {
			continue
		}
		d := distance(key, normal(candidate))
		if d <= limit && (d < least || d == least && candidate < best) {
			best, least = candidate, d
		}
	}
	return best
}

func normal(key string) string { return strings.ToLower(strings.ReplaceAll(key, "-", "_")) }

// distance counts the letters to insert, drop, change or swap with their
// neighbour to turn one word into the other.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
