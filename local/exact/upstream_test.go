package exact

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// upstream is a vendor of OpenAI's chat that bills what it answers. How it
// behaves is decided by the name of the request and how often it came.
type upstream struct {
	log *os.File

	mu   sync.Mutex
	came map[string]int
}

// serveUpstream answers until standard input ends. It prints its URL.
func serveUpstream(log string) error {
	f, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", l.Addr())
	server := &http.Server{Handler: &upstream{log: f, came: map[string]int{}}}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	_, _ = io.Copy(io.Discard, os.Stdin) // an error is an end, too
	server.Close()
	<-ended
	return f.Close()
}

// asked is what is read of a request.
type asked struct {
	Model    string `json:"model"`
	User     string `json:"user"`
	Stream   bool   `json:"stream"`
	Max      int64  `json:"max_completion_tokens"`
	OldMax   int64  `json:"max_tokens"`
	Messages []struct {
		Content string `json:"content"`
	} `json:"messages"`
}

// manner is how a request is answered.
type manner uint8

const (
	whole manner = iota
	slow
	free     // whole, and billed as nothing
	busy     // 429
	broken   // 500
	cut      // billed, and cut before anybody could be told what it costs
	cutTold  // billed, and a stream cut after it told that
	unshared // billed, and the connection closed before the status
	silent   // billed, and not answered until the other side has left
)

// mannerOf is 8 failures in 100, and a slow answer in 30.
func mannerOf(q asked, chance uint32) manner {
	switch {
	case q.Model == "late":
		return silent
	case q.Model == "tardy":
		return slow
	case q.Model != "mixed":
		return whole
	}
	switch chance % 100 {
	case 0, 1:
		return busy
	case 2, 3:
		return broken
	case 4:
		return cut
	case 5:
		return unshared
	case 6, 7:
		if q.Stream {
			return cutTold
		}
		return free
	case 8, 9, 10:
		return slow
	}
	return whole
}

// ServeHTTP implements http.Handler.
func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	came := time.Now()
	var q asked
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil || q.User == "" || len(q.Messages) == 0 || r.URL.Path != "/v1/chat/completions" {
		http.Error(w, `{"error":{"message":"not what this upstream is for","type":"invalid_request_error"}}`, http.StatusBadRequest)
		return
	}
	u.mu.Lock()
	u.came[q.User]++
	nth := u.came[q.User]
	u.mu.Unlock()
	h := fnv.New32a()
	fmt.Fprintf(h, "%s %d", q.User, nth)
	chance := h.Sum32() / 7
	how := mannerOf(q, chance)
	switch how {
	case busy:
		refuse(w, http.StatusTooManyRequests, "rate_limit_error")
		return
	case broken:
		refuse(w, http.StatusInternalServerError, "server_error")
		return
	case slow:
		wait := time.Duration(5+chance%20) * time.Millisecond
		if q.Model == "tardy" {
			wait *= 40
		}
		time.Sleep(wait)
	}
	b := count(q, chance/100)
	b.At, b.Told = came.UnixMilli(), how != cut && how != unshared && how != silent
	if how == free {
		b.In, b.Cached, b.Out, b.Pico = 0, 0, 0, 0
	}
	if err := u.write(b); err != nil {
		panic(err)
	}
	if how == silent {
		<-r.Context().Done()
		return
	}
	answer(w, q, b, how)
}

// count is what a request is billed.
func count(q asked, chance uint32) bill {
	most := max(q.Max, q.OldMax)
	if most == 0 {
		most = 40
	}
	b := bill{ID: q.User, Model: q.Model, Out: 1 + int64(chance)%most}
	for _, m := range q.Messages {
		b.In += 3 + int64(len(m.Content))/4
	}
	b.Cached = b.In / 4
	b.Pico = (b.In-b.Cached)*priceIn + b.Cached*priceCached + b.Out*priceOut
	if q.Model == "dear" {
		b.Pico *= dearer
	}
	return b
}

// write appends a line by one write, so that lines of several are whole.
func (u *upstream) write(b bill) error {
	line, err := json.Marshal(b)
	if err != nil {
		return err
	}
	_, err = u.log.Write(append(line, '\n'))
	return err
}

func refuse(w http.ResponseWriter, status int, kind string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"message":"not now","type":%q,"param":null,"code":null}}`, kind)
}

// answer says what was billed, as far as its manner lets it.
func answer(w http.ResponseWriter, q asked, b bill, how manner) {
	if how == unshared {
		panic(http.ErrAbortHandler)
	}
	usage := fmt.Sprintf(`{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,"prompt_tokens_details":{"cached_tokens":%d}}`, b.In, b.Out, b.In+b.Out, b.Cached)
	text := strings.Repeat("go ", int(b.Out)) // a word is a token
	head := fmt.Sprintf(`"id":"chatcmpl-%s","created":1795000000,"model":%q`, b.ID, q.Model)
	if !q.Stream {
		body := fmt.Sprintf(`{%s,"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":%q},"finish_reason":"stop"}],"usage":%s}`, head, text, usage)
		w.Header().Set("Content-Type", "application/json")
		if how == cut {
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
			body = body[:len(body)/2]
		}
		_, _ = io.WriteString(w, body) // whoever left sees less of it
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	say := func(choices, usage string) {
		fmt.Fprintf(w, "data: {%s,\"object\":\"chat.completion.chunk\",\"choices\":%s,\"usage\":%s}\n\n", head, choices, usage)
		_ = http.NewResponseController(w).Flush()
	}
	words := fmt.Sprintf(`[{"index":0,"delta":{"content":%q},"finish_reason":null}]`, text)
	switch how {
	case cut:
		say(words, "null")
		panic(http.ErrAbortHandler)
	case cutTold:
		say(words, usage)
		panic(http.ErrAbortHandler)
	}
	say(words, "null")
	say(`[{"index":0,"delta":{},"finish_reason":"stop"}]`, "null")
	say("[]", usage)
	fmt.Fprint(w, "data: [DONE]\n\n")
}
