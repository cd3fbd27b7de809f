package price

import "testing"

// TestStripped has forms of names that LiteLLM takes for the model at the end.
func TestStripped(t *testing.T) {
	regional := &vendor{Routes: []string{"converse/"}, Regions: []string{"us-gov", "us", "eu"}}
	versioned := &vendor{Version: true}
	for _, tc := range []struct {
		v           *vendor
		model, want string
	}{
		{regional, "us.m.x-v1:0", "m.x-v1:0"},
		{regional, "us-gov.m.x-v1:0", "m.x-v1:0"},
		{regional, "converse/eu.m.x-v1:0", "m.x-v1:0"},
		{regional, "us-east-1/m.x-v1:0", "m.x-v1:0"},
		{regional, "m.x-v2:0:51k", "m.x-v2:0"},
		{regional, "m.x-v2:0", "m.x-v2:0"},
		{regional, "arn:aws:bedrock:us-east-1:1:inference-profile/us.m.x-v1:0", "m.x-v1:0"},
		{regional, "1-month-commitment/m.x", "m.x"},
		{regional, "org/m.x", "org/m.x"},
		{versioned, "x-1.5-pro-002", "x-1.5-pro"},
		{versioned, "x-2", "x"},
		{versioned, "x-", "x-"},
		{versioned, "x-2a", "x-2a"},
		{&vendor{}, "ft:x:org:suffix:id", "ft:x"},
		{&vendor{}, "ft:x:org", "ft:x:org"},
		{&vendor{}, "x-002", "x-002"},
	} {
		if got := tc.v.stripped(tc.model); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.model, got, tc.want)
		}
	}
}

// TestSized has the price lists of two vendors of LiteLLM's.
func TestSized(t *testing.T) {
	list := &vendor{Sizes: []size{{56, "x", "mixture"}, {4, "b", "small"}, {16, "b", "medium"}, {350, "m", "embedding"}, {0, "", "other"}}}
	for model, want := range map[string]string{
		"org/m-8x7B": "mixture", "m-8x22b": "other", "m-3b-instruct": "small", "M-4B": "small", "v2-13b": "medium", "m-70b": "other",
		"bert-110m": "embedding", "m": "other", "": "other", "m-7billion": "medium", "x8": "other", "2x": "other",
	} {
		if got := list.sized(model); got != want {
			t.Errorf("%s: got %s, want %s", model, got, want)
		}
	}
	if got := new(vendor).sized("m-7b"); got != "" {
		t.Errorf("without a list: got %q, want nothing", got)
	}
}
