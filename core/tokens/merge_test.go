package tokens

import (
	"slices"
	"testing"
)

// FuzzMerge holds both ways of merging equal to the plainest one: tokens as
// texts, and of all neighbours those that make the lowest id are joined.
func FuzzMerge(f *testing.F) {
	for _, text := range readCorpus(f).Odd {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, piece string) {
		if piece == "" {
			return
		}
		piece = piece[:min(len(piece), 400)]
		for _, e := range encodings() {
			v := e.load()
			want := plainMerge(v, piece)
			if got, _ := v.merge(nil, piece, nil); !slices.Equal(got, want) {
				t.Errorf("%s: %q: got %v, want %v", e.name, piece, got, want)
			}
			// The same piece where the other way is taken: the end is unlike
			// all that merges with it.
			long := piece
			for len(long) <= scanned {
				long += "\xff\xfe\xfd"
			}
			want = plainMerge(v, long)
			if got, _ := v.merge(nil, long, nil); !slices.Equal(got, want) {
				t.Errorf("%s: %q: got %v, want %v", e.name, long, got, want)
			}
		}
	})
}

func plainMerge(v *vocabulary, piece string) []int {
	if id := v.id(piece); id >= 0 {
		return []int{id}
	}
	var parts []string
	for i := range len(piece) {
		parts = append(parts, piece[i:i+1])
	}
	for {
		best, at := -1, -1
		for i := range len(parts) - 1 {
			if id := v.id(parts[i] + parts[i+1]); id >= 0 && (best < 0 || id < best) {
				best, at = id, i
			}
		}
		if best < 0 {
			break
		}
		parts = slices.Replace(parts, at, at+2, parts[at]+parts[at+1])
	}
	var ids []int
	for _, p := range parts {
		ids = append(ids, v.id(p))
	}
	return ids
}
