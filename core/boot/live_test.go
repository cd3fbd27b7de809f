package boot_test

import (
	"bufio"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestReplaced: a configuration that is named counts within five seconds, whole:
// its models and its paths; one that is named again is not loaded again.
func TestReplaced(t *testing.T) {
	l := follow(t, map[string]string{
		"":   oneModel("one"),
		"v2": oneModel("two") + "    \n",
		"v3": strings.Replace(oneModel("three"), "general_settings: {", "general_settings: {pass_through_endpoints: [{path: /mine, target: $UP/chat/completions, headers: {Authorization: Bearer sk-up}}], ", 1),
	})
	if got := l.models(t); got != "one" {
		t.Fatalf("got the models %q, want one", got)
	}
	l.mark(t, "v2")
	if l.wait(5 * time.Second); l.models(t) != "two" {
		t.Error("the new configuration does not count after five seconds")
	}
	for range 3 {
		l.wait(5 * time.Second)
		l.models(t)
	}
	if got := l.loads.Load(); got != 2 {
		t.Errorf("got %d loads, want one for each configuration", got)
	}
	l.mark(t, "v3")
	l.wait(5 * time.Second)
	if status, body := l.ask(t, "POST", "/mine", `{"model":"text","messages":[{"role":"user","content":"hi"}]}`); status != 200 {
		t.Errorf("got %d %s from a path that the new configuration has, want 200", status, body)
	}
	if !strings.Contains(l.log.String(), `"msg":"the configuration was replaced","version":"v3"`) {
		t.Errorf("got the log %s, want it to say what is in force", l.log)
	}
}

// TestNotReplaced: a configuration that is wrong, or cannot be had, leaves the
// one before in force, says so, and counts as soon as it can be used.
func TestNotReplaced(t *testing.T) {
	l := follow(t, map[string]string{"": oneModel("one"), "broken": "model_list: 7\n", "good": oneModel("good")})
	ready := func() string { _, body := l.ask(t, "GET", "/health/readiness", ""); return body }
	if got := ready(); got != `{"status":"healthy"}` && got != `{"status":"healthy"}`+"\n" {
		t.Errorf("got %q at the start", got)
	}
	l.mark(t, "broken")
	l.wait(5 * time.Second)
	if got := l.models(t); got != "one" {
		t.Errorf("got the models %q, want those of the configuration before", got)
	}
	if got := ready(); !strings.Contains(got, `"warnings":["the configuration broken cannot be used`) {
		t.Errorf("got %q, want it to say that broken is not in force", got)
	}
	if log := l.log.String(); !strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, `"version":"broken"`) {
		t.Errorf("got the log %s, want the reason", log)
	}
	for range 5 {
		l.wait(5 * time.Second)
		l.models(t)
	}
	if got := l.loads.Load(); got != 2 {
		t.Errorf("got %d loads within a minute, want 2: what is wrong stays wrong", got)
	}
	if l.wait(time.Minute); l.models(t) != "one" || l.loads.Load() != 3 {
		t.Errorf("got %d loads after a minute, want one more", l.loads.Load())
	}

	l.mark(t, "gone")
	l.wait(5 * time.Second)
	if got := l.models(t); got != "one" {
		t.Errorf("got the models %q, want those of the configuration before", got)
	}
	l.texts["gone"] = oneModel("came")
	if l.wait(5 * time.Second); l.models(t) != "came" {
		t.Error("what could not be had is not tried again after five seconds")
	}
	if got := ready(); strings.Contains(got, "warnings") {
		t.Errorf("got %q, want no warning any more", got)
	}
	l.mark(t, "broken")
	l.wait(5 * time.Second)
	l.models(t)
	l.mark(t, "good")
	if l.wait(5 * time.Second); l.models(t) != "good" || strings.Contains(ready(), "warnings") {
		t.Errorf("got %q and %q after a good one was named", l.models(t), ready())
	}
}

// TestIncomplete: a gateway that lacks something is made anew until it does not,
// and not all the time.
func TestIncomplete(t *testing.T) {
	l := follow(t, map[string]string{"": oneModel("one")})
	l.mark(t, "v2")
	l.texts["v2"] = oneModel("two")
	l.lacks.Store(true)
	l.wait(5 * time.Second)
	for range 10 {
		l.models(t)
		l.wait(time.Second)
	}
	if got := l.loads.Load(); got != 2 {
		t.Errorf("got %d loads within ten seconds, want 2", got)
	}
	l.lacks.Store(false)
	for range 30 {
		l.wait(5 * time.Second)
		l.models(t)
	}
	if got := l.loads.Load(); got != 3 {
		t.Errorf("got %d loads after there was everything, want 3", got)
	}
}

// TestLacking: what is nowhere is asked for ever less often.
func TestLacking(t *testing.T) {
	l := &living{texts: map[string]string{"": oneModel("one")}}
	l.lacks.Store(true)
	followed(t, l)
	for _, step := range []struct {
		minutes int
		loads   int64
	}{{1, 3}, {4, 5}, {60, 20}} {
		for range step.minutes * 12 {
			l.wait(5 * time.Second)
			l.models(t)
		}
		if got := l.loads.Load(); got < step.loads-1 || got > step.loads {
			t.Errorf("got %d loads, want about %d", got, step.loads)
		}
	}
}

// TestRemembered: what a gateway without a store remembers outlives it: keys,
// replies, and which deployments rest.
func TestRemembered(t *testing.T) {
	const models = masterOnly + "router_settings: {num_retries: 0, allowed_fails: 0, cooldown_time: 3600}\n" + `
model_list:
  - {model_name: one, litellm_params: {model: openai/text, api_base: $UP, api_key: sk-up}}
  - {model_name: broken, litellm_params: {model: "openai/500", api_base: $UP, api_key: sk-up}}
  - {model_name: broken, litellm_params: {model: "openai/503", api_base: $UP, api_key: sk-up}}
`
	l := &living{texts: map[string]string{"": models}, alone: true}
	l.lacks.Store(true)
	followed(t, l)
	text := func(body, name string) string {
		t.Helper()
		_, rest, _ := strings.Cut(body, `"`+name+`":"`)
		v, _, ok := strings.Cut(rest, `"`)
		if !ok {
			t.Fatalf("got %s, want it to have %s", body, name)
		}
		return v
	}
	_, made := l.ask(t, "POST", "/key/generate", `{"key_alias":"mine"}`)
	_, reply := l.ask(t, "POST", "/v1/responses", `{"model":"one","input":"hi"}`)
	const asks = `{"model":"broken","messages":[{"role":"user","content":"hi"}]}`
	l.ask(t, "POST", "/v1/chat/completions", asks)
	l.ask(t, "POST", "/v1/chat/completions", asks)
	_, rests := l.ask(t, "POST", "/v1/chat/completions", asks)
	l.wait(20 * time.Second)
	if _, body := l.ask(t, "GET", "/key/info?key="+text(made, "key"), ""); !strings.Contains(body, "mine") || l.loads.Load() != 2 {
		t.Errorf("got %s after %d loads, want the key that was made before", body, l.loads.Load())
	}
	if status, body := l.ask(t, "GET", "/v1/responses/"+text(reply, "id"), ""); status != 200 {
		t.Errorf("got %d %s, want the reply of before", status, body)
	}
	if _, body := l.ask(t, "POST", "/v1/chat/completions", asks); text(body, "message") != text(rests, "message") {
		t.Errorf("got %s, want %s: the deployments rest", body, rests)
	}
}

// TestPinned: a configuration that is not the store's to name stays.
func TestPinned(t *testing.T) {
	l := followed(t, &living{texts: map[string]string{"": oneModel("one"), "v2": oneModel("two")}, pinned: true})
	l.mark(t, "v2")
	if l.wait(5 * time.Second); l.models(t) != "one" || l.loads.Load() != 1 {
		t.Errorf("got the models %q and %d loads, want it as it was", l.models(t), l.loads.Load())
	}
}

// TestReplacedMeanwhile: what has begun ends on the configuration that it began
// with, and all who come together cause one load.
func TestReplacedMeanwhile(t *testing.T) {
	l := follow(t, map[string]string{"": oneModel("one"), "v2": oneModel("two")})
	r, err := http.NewRequest("POST", l.URL+"/v1/chat/completions", strings.NewReader(`{"model":"one","stream":true,"messages":[{"role":"user","content":"hi"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer sk-master")
	res, err := l.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	if !lines.Scan() {
		t.Fatal("the stream has no line")
	}
	l.mark(t, "v2")
	l.wait(5 * time.Second)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got := l.models(t); got != "two" {
				t.Errorf("got the models %q, want two", got)
			}
		})
	}
	all.Wait()
	if got := l.loads.Load(); got != 2 {
		t.Errorf("got %d loads, want one for each configuration", got)
	}
	last := ""
	for lines.Scan() {
		if lines.Text() != "" {
			last = lines.Text()
		}
	}
	if last != "data: [DONE]" {
		t.Errorf("got %q at the end of a stream that began before, want it whole", last)
	}
}
