package triton

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

// TestStream: a stream of Triton's has no last event. What tells a whole one
// from one that broke off is HTTP's end of the answer, which golden files have
// no words for.
func TestStream(t *testing.T) {
	const first = `data: {"model_name":"llama","model_version":"1","text_output":"A "}` + "\n\n"
	const second = `data: {"model_name":"llama","model_version":"1","text_output":"gateway."}` + "\n\n"
	const tensor = `{"model_name":"llama","model_version":"1","outputs":[{"name":"text_output","datatype":"BYTES","shape":[1],"data":["A gateway."]}]}`
	for _, c := range []struct {
		name, path, kind string // path: of the address
		body             []string
		cut              bool
		want             string
		class            llm.Class
	}{
		{"whole", "", "text/event-stream", []string{first, second}, false, "A gateway. stop", 0},
		{"cut", "", "text/event-stream", []string{first}, true, "", llm.APIConnectionError},
		{"cut in an event", "", "text/event-stream", []string{first, second[:20]}, true, "", llm.APIConnectionError},
		{"nothing", "", "text/event-stream", nil, false, "", llm.APIConnectionError},
		{"a reason", "", "text/event-stream", []string{
			`data: {"text_output":"A gate","finish_reason":"None"}` + "\n\n", `data: {"text_output":"way","finish_reason":"length"}` + "\n\n",
		}, false, "A gateway length", 0},
		{"an error in it", "", "text/event-stream", []string{first, `data: {"error":"Prompt length (9) exceeds maximum input length (1)"}` + "\n\n"}, false, "", llm.ContextWindowExceededError},
		{"not its format", "", "text/event-stream", []string{"data: {\n\n"}, false, "", llm.BadGatewayError},
		{"of a tensor", "/v2/models/llama/infer", "application/json", []string{tensor}, false, "A gateway. stop", 0},
		{"cut tensor", "/v2/models/llama/infer", "application/json", []string{tensor[:40]}, true, "", llm.APIConnectionError},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewServer(answering(t, c.kind, c.body, c.cut))
			defer s.Close()
			got, err := said(t, s, s.URL+c.path)
			if got != c.want && err == nil || (err == nil) != (c.class == 0) || c.class != 0 && !errors.Is(err, c.class) {
				t.Errorf("got %q, %v, want %q, %v", got, err, c.want, c.class)
			}
		})
	}
}

// TestCutAnywhere holds that a stream that breaks off is never taken for whole.
func TestCutAnywhere(t *testing.T) {
	const stream = `data: {"text_output":"A gate","finish_reason":"None"}` + "\n\n" + `data: {"text_output":"way","finish_reason":"length"}` + "\n\n"
	for n := range len(stream) + 1 {
		s := httptest.NewServer(answering(t, "text/event-stream", []string{stream[:n]}, true))
		if got, err := said(t, s, s.URL); !errors.Is(err, llm.APIConnectionError) {
			t.Errorf("cut after %d of %d bytes: got %q, %v, want a broken connection", n, len(stream), got, err)
		}
		s.Close()
	}
}

// answering writes a chunked answer, and leaves out its end when it is cut.
func answering(t *testing.T, kind string, body []string, cut bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if sent, _ := io.ReadAll(r.Body); strings.HasSuffix(r.URL.Path, generate) || kind != "application/json" && !strings.Contains(string(sent), `"stream":true`) {
			t.Errorf("got %s %s, want a stream asked for", r.URL.Path, sent)
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		write(conn, "HTTP/1.1 200 OK\r\nContent-Type: "+kind+"\r\nTransfer-Encoding: chunked\r\n\r\n")
		for _, piece := range body {
			if piece == "" {
				continue // a chunk of no bytes is the end
			}
			write(conn, fmt.Sprintf("%x\r\n%s\r\n", len(piece), piece))
		}
		if !cut {
			write(conn, "0\r\n\r\n")
		}
	}
}

func write(conn net.Conn, text string) { _, _ = io.WriteString(conn, text) } // the reader notices

func said(t *testing.T, s *httptest.Server, base string) (string, error) {
	t.Helper()
	body := providertest.Object(t, `{"messages":[{"role":"user","content":"Hi"}]}`)
	reply, err := New(s.Client(), nil, providertest.Now).Do(t.Context(), &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Stream: true, Record: &llm.Record{RequestID: "test"},
		To: &llm.Deployment{Provider: "triton", Model: "llama", Base: base},
	})
	if err != nil {
		return "", err
	}
	defer reply.Close()
	text, end := "", ""
	for ev, err := range reply.Events {
		if err != nil {
			return text, err
		}
		if len(ev.Data) == 0 {
			continue
		}
		o, err := raw.Parse(ev.Data)
		if err != nil {
			t.Fatal(err)
		}
		v, _ := o.Raw("choices")
		for _, item := range raw.Items(v) {
			choice, _ := raw.Parse(item)
			delta, _ := choice.Raw("delta")
			d, _ := raw.Parse(delta)
			piece, _ := d.Text("content")
			text += piece
			if word, _ := choice.Text("finish_reason"); word != "" {
				end = " " + word
			}
		}
	}
	return text + end, nil
}
