package access_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// These tests bear the names of published attacks on gateways, send what was
// published, and hold that it has no effect. Two have no test, because there is
// no request to send: the poisoned packages LiteLLM 1.82.7 and 1.82.8.

const hello = `"messages":[{"role":"user","content":"hi"}]`

// TestCVE_2024_6587: a caller names the address that is asked (api_base), and
// gets the operator's key there.
// https://nvd.nist.gov/vuln/detail/CVE-2024-6587
func TestCVE_2024_6587(t *testing.T) {
	p := setTrap(t)
	config := strings.Replace(models, "$SERVICE_ACCOUNT", `"{}"`, 1)
	for _, allowed := range []bool{false, true} {
		g := open(t, config+fmt.Sprintf("  allow_client_side_credentials: %v\n", allowed))
		for _, member := range []string{"api_base", "base_url", "API_BASE", "litellm_params", "extra_body", "headers", "extra_headers"} {
			for _, value := range []string{`"` + p.URL + `/v1"`, `{"api_base":"` + p.URL + `"}`} {
				g.do(master, "POST", "/chat/completions", `{"model":"main",`+hello+`,"`+member+`":`+value+`}`)
			}
		}
		if n, heard := p.visits(); n > 0 {
			t.Fatalf("allowed %v: the address was asked %d times: %s", allowed, n, heard)
		}
		a := g.do(master, "POST", "/chat/completions", `{"model":"main",`+hello+`,"api_base":"`+p.URL+`/v1"}`)
		if !allowed && a.status != 400 {
			t.Errorf("got %d %s, want the address refused", a.status, a.body)
		}
		// Where callers may bring addresses, they must bring keys.
		if g.vendor.heard("vendor-key", strings.TrimPrefix(p.URL, "http://")) {
			t.Errorf("allowed %v: the operator's key went to the caller's address", allowed)
		}
	}
}

// TestCVE_2025_66405: Portkey's x-portkey-custom-host has the gateway ask any
// address; its first repair left out /v1/proxy/*.
// https://nvd.nist.gov/vuln/detail/CVE-2025-66405
// https://github.com/Portkey-AI/gateway/issues/1718
func TestCVE_2025_66405(t *testing.T) {
	p := setTrap(t)
	v := newVendor(t)
	g := open(t, `
model_list:
  - {model_name: main, litellm_params: {model: openai/gpt-4o, api_base: "`+v.URL+`/v1", api_key: vendor-key}}
general_settings: {master_key: `+master+`, allow_client_side_credentials: true}
`, dialling)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(p.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for _, host := range []string{
		"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0177.0.0.1", "017700000001",
		"127.0.0.1.", "LOCALHOST", "localhost.", "[::]", "[0:0:0:0:0:ffff:7f00:1]", "[64:ff9b::7f00:1]", "169.254.169.254", "api.openai.com@127.0.0.1",
	} {
		all.Go(func() { // some take a while to be found to be no names
			for _, scheme := range []string{"http", "https"} {
				at := scheme + "://" + host + ":" + port
				for _, path := range []string{"/v1/chat/completions", "/v1/proxy/chat/completions", "/v1/proxy/" + at} {
					g.do(master, "POST", path, `{"model":"main",`+hello+`}`, "X-Portkey-Custom-Host: "+at+"/v1", "X-Portkey-Provider: openai", "X-Forwarded-Host: "+host+":"+port)
				}
				// The same by the member that is allowed here: who dials looks where.
				g.do(master, "POST", "/v1/chat/completions", `{"model":"main","num_retries":0,`+hello+`,"api_base":"`+at+`/v1","api_key":"sk-of-the-caller"}`)
			}
		})
	}
	all.Wait()
	if n, heard := p.visits(); n > 0 {
		t.Errorf("the gateway's own machine was asked %d times: %s", n, heard)
	}
	if v.asked.Load() == 0 {
		t.Error("the model's own address was asked for nothing, want it asked whatever the headers say")
	}
	for _, path := range []string{"/v1/proxy/chat/completions", "/v1/proxy/v1/models"} {
		if a := g.do(master, "POST", path, `{}`, "X-Portkey-Custom-Host: "+p.URL); a.status != 404 {
			t.Errorf("%s: got %d %s, want 404", path, a.status, a.body)
		}
	}
}

// TestCVE_2024_8984: dashes after a multipart boundary keep the gateway busy for
// good, whoever sends them.
// https://nvd.nist.gov/vuln/detail/CVE-2024-8984
func TestCVE_2024_8984(t *testing.T) {
	g := open(t, strings.Replace(models, "$SERVICE_ACCOUNT", `"{}"`, 1)+"  max_request_size_mb: 1\n")
	dashes := strings.Repeat("-", 3<<20)
	form := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nRIFF\r\n--x"
	for _, c := range []struct {
		name, boundary, body string
		key                  string
		status               int
	}{
		{"dashes after the boundary, by nobody", "x", form + dashes, "", 401},
		{"dashes after the boundary", "x", form + dashes, master, 400},
		{"dashes after the boundary, within the limit", "x", form + dashes[:900<<10], master, 400},
		{"a boundary of dashes", strings.Repeat("-", 60<<10), "----", master, 400},
		{"dashes alone", "x", dashes[:900<<10], master, 400},
		{"a form that is larger than the limit", "x", strings.TrimSuffix(form, "\r\n--x") + dashes + "\r\n--x--\r\n", master, 413},
	} {
		for _, path := range []string{"/v1/audio/transcriptions", "/v1/images/edits"} {
			r, err := http.NewRequestWithContext(t.Context(), "POST", g.url+path, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "multipart/form-data; boundary="+c.boundary)
			if c.key != "" {
				r.Header.Set("Authorization", "Bearer "+c.key)
			}
			begun := time.Now()
			res, err := g.client.Do(r)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			res.Body.Close()
			if took := time.Since(begun); res.StatusCode != c.status || took > 20*time.Second {
				t.Errorf("%s: %s: got %d after %v, want %d at once", c.name, path, res.StatusCode, took, c.status)
			}
		}
	}
}

// TestCVE_2024_2952 (GHSA-46cm-pfwv-cgf8): a chat template from a model's own
// tokenizer_config.json is run. There is no template engine here: what looks
// like one is text.
// https://nvd.nist.gov/vuln/detail/CVE-2024-2952
func TestCVE_2024_2952(t *testing.T) {
	p := setTrap(t)
	g := open(t, `
model_list:
  - {model_name: "huggingface/*", litellm_params: {model: "huggingface/*", api_base: `+p.URL+`, api_key: vendor-key}}
general_settings: {master_key: `+master+`}
`, dialling)
	const template = `{{ 7 * 191 }} {% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}`
	for _, path := range []string{"/completions", "/chat/completions"} {
		g.do(master, "POST", path, `{"model":"huggingface/attacker/model","prompt":"`+template+`","messages":[{"role":"user","content":"`+template+`"}],"chat_template":"`+template+`"}`)
	}
	n, heard := p.visits()
	if n == 0 || strings.Contains(heard, "1337") || strings.Contains(heard, "tokenizer_config") || !strings.Contains(heard, "{{ 7 * 191 }}") {
		t.Errorf("got %d requests %.600s, want the text as it is, and no template asked for", n, heard)
	}
}

// TestCVE_2024_4888: a file's name in an upload is the path of a file that the
// gateway deletes.
// https://nvd.nist.gov/vuln/detail/CVE-2024-4888
func TestCVE_2024_4888(t *testing.T) {
	g := open(t, strings.Replace(models, "$SERVICE_ACCOUNT", `"{}"`, 1))
	file := filepath.Join(t.TempDir(), "kept.txt")
	if err := os.WriteFile(file, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	up := strings.Repeat("../", 12) + strings.TrimPrefix(file, "/")
	for _, name := range []string{file, up, "file://" + file, file + "\x00.wav"} {
		for path, field := range map[string]string{"/audio/transcriptions": "file", "/images/edits": "image"} {
			g.do(master, "POST", path, "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nmain\r\n--x\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nhi\r\n"+
				"--x\r\nContent-Disposition: form-data; name=\""+field+"\"; filename=\""+name+"\"\r\n\r\nRIFF\r\n--x--\r\n")
		}
		for _, member := range []string{"file", "image", "filename"} {
			g.do(master, "POST", "/audio/transcriptions", `{"model":"main","`+member+`":`+fmt.Sprintf("%q", name)+`}`)
		}
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "kept" {
		t.Errorf("got %q, %v, want the file as it was", b, err)
	}
}

// TestCVE_2024_10188: nested text that is evaluated ends the process.
// https://nvd.nist.gov/vuln/detail/CVE-2024-10188
func TestCVE_2024_10188(t *testing.T) {
	w := newTown(t)
	deep := func(open, shut string, n int) string { return strings.Repeat(open, n) + strings.Repeat(shut, n) }
	for _, body := range []string{
		deep("[", "]", 100_000), deep(`{"a":`, "}", 100_000), `{"model":"main","messages":` + deep("[", "]", 100_000) + `}`,
		`{"metadata":` + deep(`{"a":`, "}", 100_000) + `}`, `{"model":"main","tools":` + deep("((", "))", 50_000) + `}`, deep("(", ")", 200_000),
	} {
		for _, path := range []string{"/chat/completions", "/key/generate", "/team/new", "/utils/token_counter", "/v1/responses", "/v1/messages"} {
			begun := time.Now()
			a := w.do(keyOf("user"), "POST", path, body)
			if took := time.Since(begun); a.status != 400 && a.status != 413 && a.status != 422 || took > 20*time.Second {
				t.Errorf("%s %.30s: got %d %.200s after %v, want a refusal at once", path, body, a.status, a.body, took)
			}
		}
	}
	if a := w.do("", "GET", "/health/liveliness", ""); a.status != 200 {
		t.Errorf("got %d %s, want it alive", a.status, a.body)
	}
}

// TestCVE_2026_49468 (and Starlette's CVE-2026-48710): the path that is judged
// is made of the Host header, and the path that is served is not.
// https://github.com/BerriAI/litellm/security/advisories/GHSA-4xpc-pv4p-pm3w
func TestCVE_2026_49468(t *testing.T) {
	w := newTown(t)
	address := strings.TrimPrefix(w.url, "http://")
	send := func(target, host string, headers ...string) int {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		const body = `{"models":["*"]}`
		head := "POST " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\nContent-Type: application/json\r\n"
		for _, h := range headers {
			head += h + "\r\n"
		}
		fmt.Fprintf(conn, "%sContent-Length: %d\r\n\r\n%s", head, len(body), body)
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s, Host %s: %v", target, host, err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	open := "/health/liveliness"
	for _, host := range []string{
		address, "localhost:4000/#@attacker.example", "localhost" + open + "?x=", "localhost/openapi.json?x=", "localhost" + open + "#", "[" + open + "]",
		"localhost%2Fhealth%2Fliveliness%3F", "a@localhost" + open, "localhost:80" + open, "\\localhost" + open, "",
	} {
		for _, target := range []string{"/key/generate", w.url + "/key/generate", "//" + "/key/generate", "/key/generate?x=" + url.QueryEscape(open), "/health/../key/generate", open + "/../../key/generate", "/KEY/GENERATE", "/key/generate/", "/key%2Fgenerate"} {
			for _, headers := range [][]string{
				nil,
				{"X-Original-Url: " + open},
				{"X-Rewrite-Url: " + open},
				{"X-Forwarded-Path: " + open, "X-Forwarded-Prefix: " + open},
				{"X-Forwarded-Host: localhost" + open + "?"},
				{"X-Http-Method-Override: GET"},
				{"Forwarded: host=localhost" + open},
				{"X-Forwarded-For: 127.0.0.1", "X-Real-Ip: 127.0.0.1"},
				{"Authorization: Bearer", "Authorization: Bearer " + keyOf("blocked")},
				{"Authorization: Basic c2stbWFzdGVyOg=="},
			} {
				if status := send(target, host, headers...); status < 300 || status >= 500 {
					t.Errorf("%s, Host %q, %q: got %d, want a refusal", target, host, headers, status)
				}
				if changed := w.store.changed(t); len(changed) > 0 {
					t.Fatalf("%s, Host %q, %q: it changed %q", target, host, headers, changed)
				}
			}
		}
	}
}
