package boot

import (
	"reflect"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/router"
)

func ptr[T any](v T) *T { return &v }

// TestRouting: what a configuration leaves out, and what its zeros mean.
func TestRouting(t *testing.T) {
	for _, c := range []struct {
		name string
		in   config.Routing
		want router.Config
	}{
		{"nothing said", config.Routing{}, router.Config{NumRetries: 2, AllowedFails: 3, Cooldown: 5 * time.Second, MaxFallbacks: 5}},
		{
			"all said",
			config.Routing{
				NumRetries: ptr(7), RetryAfter: time.Second, AllowedFails: ptr(1), CooldownTime: ptr(time.Minute), MaxFallbacks: ptr(2),
				ContextWindowFallbacks: map[string][]string{"a": {"b"}}, ContentPolicyFallbacks: map[string][]string{"a": {"c"}},
			},
			router.Config{
				NumRetries: 7, RetryAfter: time.Second, AllowedFails: 1, Cooldown: time.Minute, MaxFallbacks: 2,
				ContextWindowFallbacks: map[string][]string{"a": {"b"}}, ContentPolicyFallbacks: map[string][]string{"a": {"c"}},
			},
		},
		{"zeros", config.Routing{NumRetries: ptr(0), AllowedFails: ptr(0), CooldownTime: ptr(time.Duration(0)), MaxFallbacks: ptr(0)}, router.Config{}},
		{"no cooldowns", config.Routing{DisableCooldowns: true, CooldownTime: ptr(time.Hour)}, router.Config{NumRetries: 2, AllowedFails: 3, MaxFallbacks: 5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := routing(c.in); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// TestDefaultFallbacks stand after those of each group, and for groups without
// any.
func TestDefaultFallbacks(t *testing.T) {
	type lists = map[string][]string
	for _, c := range []struct {
		name string
		by   lists
		all  []string
		want lists
	}{
		{"none", lists{"a": {"b"}}, nil, lists{"a": {"b"}}},
		{"alone", nil, []string{"z"}, lists{"*": {"z"}}},
		{"after a group's own", lists{"a": {"b"}}, []string{"z"}, lists{"a": {"b", "z"}, "*": {"z"}}},
		{"after the star's", lists{"*": {"b"}}, []string{"z"}, lists{"*": {"b", "z"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(c.by["a"])
			if got := withDefaults(c.by, c.all); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if len(c.by["a"]) != before {
				t.Errorf("the configuration became %v", c.by)
			}
		})
	}
}

// TestWeigh: the first kind of share that any deployment has counts for all.
func TestWeigh(t *testing.T) {
	for _, c := range []struct {
		name   string
		models []config.Model
		want   []float64
	}{
		{"none", []config.Model{{}, {}}, []float64{0, 0}},
		{"weight", []config.Model{{Weight: 2, RPM: 9}, {RPM: 9}}, []float64{2, 0}},
		{"rpm", []config.Model{{RPM: 9, TPM: 1}, {TPM: 5}}, []float64{9, 0}},
		{"tpm", []config.Model{{TPM: 1}, {TPM: 5}}, []float64{1, 5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			members := make([]router.Member, len(c.models))
			weigh(members, c.models)
			var got []float64
			for _, m := range members {
				got = append(got, m.Weight)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestInfo(t *testing.T) {
	for text, want := range map[string]llm.Model{
		``:                                    {},
		`null`:                                {},
		`{"max_input_tokens":8192}`:           {MaxInput: 8192},
		`{"max_output_tokens":"4096"}`:        {MaxOutput: 4096},
		`{"max_input_tokens":1.5,"mode":"x"}`: {},
		`{"max_input_tokens":[]}`:             {},
	} {
		if got := info([]byte(text)); got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
}

// TestNewID: 128 bits that do not come twice.
func TestNewID(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		if len(id) != 32 || seen[id] {
			t.Fatalf("got %q, want 32 digits that were not seen yet", id)
		}
		seen[id] = true
	}
}
