package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// ServeHTTP answers a request by the function of its route. What the gateway
// itself refuses has OpenAI's error body, as template.yaml's GatewayResponses.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route, parameters, path := g.find(r.Method, r.URL.EscapedPath())
	if route == nil {
		writeError(w, http.StatusNotFound, "not_found_error", "there is no such route")
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil {
		panic(http.ErrAbortHandler) // the client left while it sent the request
	}
	q := &request{Request: r, route: route, parameters: parameters, path: path, stage: g.stage, body: body, id: newID(), now: time.Now()}
	event, err := q.event(g.source)
	if err != nil {
		writeError(w, http.StatusInternalServerError, "internal_server_error", err.Error())
		return
	}
	if len(event) > maxRequest {
		_, _ = io.Copy(io.Discard, r.Body) // a client reads no answer while it sends
		writeError(w, http.StatusRequestEntityTooLarge, "invalid_request_error", tooLarge)
		return
	}
	w.Header().Set("X-Amzn-Requestid", q.id)
	g.reply(w, r.Header, route.function, route.function.invoke(q.id, event))
}

// reply waits for an invocation's answer and passes it on. It does not watch
// the client, because API Gateway does not: the function runs to its end.
func (g *Gateway) reply(w http.ResponseWriter, asked http.Header, f *function, i *invocation) {
	streamed := f.Mode == routes.Stream && g.source != HTTPAPI
	var timeout <-chan time.Time
	if !streamed {
		timer := time.NewTimer(g.timeout)
		defer timer.Stop()
		timeout = timer.C
	}
	var a *answer
	select {
	case a = <-i.answer:
	case <-timeout:
		close(i.abandoned)
		g.report(f, i, fmt.Errorf("no reply within %v", g.timeout))
		writeError(w, http.StatusGatewayTimeout, "timeout_error", fmt.Sprintf("the function did not reply within %v", g.timeout))
		return
	}
	err := a.err
	switch {
	case err != nil:
	case streamed:
		err = g.relay(w, a)
	default:
		err = writeBuffered(w, a, takesBinary(g.source, asked))
	}
	if err == nil {
		return
	}
	g.report(f, i, err)
	if errors.Is(err, errBegun) {
		panic(http.ErrAbortHandler) // breaks the connection: the reply is not whole
	}
	writeError(w, http.StatusBadGateway, "bad_gateway_error", err.Error())
}

func (g *Gateway) report(f *function, i *invocation, err error) {
	fmt.Fprintf(g.log, "function %s, request %s: %v\n", f.Name, i.id, err)
}

func writeError(w http.ResponseWriter, status int, kind, message string) {
	body, err := json.Marshal(map[string]any{"error": map[string]any{
		"message": message, "type": kind, "param": nil, "code": strconv.Itoa(status),
	}})
	if err != nil {
		panic(err) // strings always encode
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
