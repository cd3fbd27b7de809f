package answer

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestUsage: what Anthropic's usage objects count that golden files do not
// show. Later reports replace what they name.
func TestUsage(t *testing.T) {
	for _, c := range []struct {
		reports []string
		want    llm.Usage
	}{
		{[]string{`{"input_tokens":1,"output_tokens":2,"service_tier":"standard"}`}, llm.Usage{Known: true, In: 1, Out: 2}},
		{[]string{`{"input_tokens":1,"service_tier":"priority"}`, `{"output_tokens":2,"server_tool_use":{"web_search_requests":3}}`}, llm.Usage{Known: true, In: 1, Out: 2, Tier: "priority", Searches: 3}},
		{[]string{`{"input_tokens":1,"service_tier":"batch","cache_creation_input_tokens":7,"cache_creation":{"ephemeral_1h_input_tokens":4}}`}, llm.Usage{Known: true, In: 1, CacheWrite5m: 3, CacheWrite1h: 4, Tier: "batch"}},
		{nil, llm.Usage{}},
	} {
		var u counts
		for _, r := range c.reports {
			if err := u.merge([]byte(r)); err != nil {
				t.Fatal(err)
			}
		}
		if got := u.usage(); got != c.want {
			t.Errorf("%v: got %+v, want %+v", c.reports, got, c.want)
		}
	}
}
