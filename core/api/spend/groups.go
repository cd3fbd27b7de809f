package spend

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/spend"
)

// groups are sums by what is reported about.
type groups[K comparable] map[K]*spend.Sums

func (g groups[K]) add(k K, s *spend.Sums) error {
	if g[k] == nil {
		g[k] = &spend.Sums{}
	}
	return g[k].Add(*s)
}

// top are the names that cost most, the dearest first; at most a number, all
// for 0.
func top(g groups[string], most int) []string {
	names := slices.SortedFunc(maps.Keys(g), func(a, b string) int {
		return cmp.Or(cmp.Compare(g[b].Cost, g[a].Cost), strings.Compare(a, b))
	})
	if most > 0 && len(names) > most {
		names = names[:most]
	}
	return names
}

func tokens(s *spend.Sums) int64 { return s.In + s.Out }
