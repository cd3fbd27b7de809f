package exact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// bill is a line of the upstream's log: one answer that it bills.
type bill struct {
	ID     string `json:"id"` // the request's "user"
	Model  string `json:"model"`
	In     int64  `json:"in"`     // tokens, cached ones among them
	Cached int64  `json:"cached"` // tokens
	Out    int64  `json:"out"`    // tokens
	Pico   int64  `json:"pico"`   // pico-dollars
	At     int64  `json:"at"`     // when the request came, in milliseconds since 1970
	// Told says that the upstream got to say what it counted.
	Told bool `json:"told"`
}

// The upstream's prices, in pico-dollars a token, and how much dearer one model
// is. The gateway's configuration has the same in dollars.
const (
	priceIn     = 1_000_000
	priceCached = 250_000
	priceOut    = 2_000_000
	dearer      = 50
)

// models is the configuration of a gateway before the upstream: a group of two
// deployments that fail now and then, one of one that does not, a dear one, one
// that bills and then says nothing for longer than it is waited for, and one that
// nobody answers for.
const models = `
model_list:
  - {model_name: mixed, litellm_params: {model: openai/mixed, <at>}, model_info: {id: one, <size>}}
  - {model_name: mixed, litellm_params: {model: openai/mixed, <at>}, model_info: {id: two, <size>}}
  - {model_name: steady, litellm_params: {model: openai/steady, <at>}, model_info: {id: steady, <size>}}
  - {model_name: tardy, litellm_params: {model: openai/tardy, <at>}, model_info: {id: tardy, <size>}}
  - {model_name: dear, litellm_params: {model: openai/dear, <dear>}, model_info: {id: dear, <size>}}
  - {model_name: late, litellm_params: {model: openai/late, timeout: 0.2, num_retries: 0, <at>}, model_info: {id: late, <size>}}
  - {model_name: down, litellm_params: {model: openai/down, num_retries: 0, <down>}, model_info: {id: down, <size>}}
router_settings: {num_retries: 1, disable_cooldowns: true}
general_settings: {master_key: sk-master}
`

func configuration(url string) string {
	at := func(url, prices string) string { return "api_base: " + url + "/v1, api_key: sk-up, " + prices }
	const cheap = "input_cost_per_token: 1e-6, cache_read_input_token_cost: 2.5e-7, output_cost_per_token: 2e-6"
	return strings.NewReplacer(
		"<at>", at(url, cheap),
		"<down>", at("http://127.0.0.1:1", cheap), // a port that needs root
		"<dear>", at(url, "input_cost_per_token: 5e-5, cache_read_input_token_cost: 1.25e-5, output_cost_per_token: 1e-4"),
		"<size>", "max_input_tokens: 4000, max_output_tokens: 400",
	).Replace(models)
}

// books are an upstream in another process, and its log.
type books struct {
	url  string
	path string
}

// startUpstream starts one, which ends with the test.
func startUpstream(t *testing.T) *books {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b := &books{path: filepath.Join(t.TempDir(), "bills")}
	run := exec.Command(self, "upstream", b.path)
	run.Stderr = os.Stderr
	in, err := run.StdinPipe() // whose end is the upstream's
	if err != nil {
		t.Fatal(err)
	}
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := run.Wait(); err != nil {
			t.Errorf("the upstream ended by %v", err)
		}
	})
	if _, err := fmt.Fscanln(out, &b.url); err != nil {
		t.Fatalf("the upstream did not start: %v", err)
	}
	return b
}

// read is the whole log, in its order.
func (b *books) read(t *testing.T) []bill {
	t.Helper()
	text, err := os.ReadFile(b.path)
	if err != nil {
		t.Fatal(err)
	}
	var all []bill
	for line := range bytes.Lines(text) {
		var one bill
		if err := json.Unmarshal(line, &one); err != nil {
			t.Fatalf("the log has the line %q: %v", line, err)
		}
		all = append(all, one)
	}
	return all
}
