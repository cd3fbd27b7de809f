package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// streamType marks a reply that is streamed: a prelude of JSON, eight NUL bytes
// and the body.
const streamType = "application/vnd.awslambda.http-integration-response"

// runtimeAPI is what the process talks to.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
func (e *environment) runtimeAPI() http.Handler {
	const base = "/2018-06-01/runtime"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"/invocation/next", e.handleNext)
	mux.HandleFunc("POST "+base+"/invocation/{id}/response", e.handleResponse)
	mux.HandleFunc("POST "+base+"/invocation/{id}/error", e.handleError)
	mux.HandleFunc("POST "+base+"/init/error", e.handleInitError)
	return mux
}

// handleNext waits for an event, as long as it takes.
func (e *environment) handleNext(w http.ResponseWriter, r *http.Request) {
	select {
	case e.asked <- struct{}{}:
	case <-r.Context().Done():
		return
	}
	select {
	case i := <-e.offer:
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", i.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:"+account+":function:"+e.f.Name)
		_, _ = w.Write(i.event) // a process that does not take it exits or times out
	case <-r.Context().Done():
	}
}

// handleResponse passes a reply to whoever waits for it, while it comes in.
func (e *environment) handleResponse(w http.ResponseWriter, r *http.Request) {
	i := e.find(w, r)
	if i == nil {
		return
	}
	a := &answer{
		streamed: r.Header.Get("Content-Type") == streamType,
		body:     r.Body,
		trailer:  r.Trailer,
		done:     make(chan int, 1),
	}
	if !i.give(a) {
		refuse(w, http.StatusBadRequest, "InvalidStateTransition", "this invocation is answered already")
		return
	}
	select {
	case status := <-a.done:
		if status == http.StatusAccepted {
			accept(w)
			return
		}
		refuse(w, status, "RequestEntityTooLarge", "the reply exceeds the maximum allowed payload size")
	case <-i.abandoned:
		// The waiting side may have taken the answer in the same moment, but
		// then it does not abandon it: nobody else reads the body.
		_, _ = io.Copy(io.Discard, r.Body)
		accept(w)
	}
}

func (e *environment) handleError(w http.ResponseWriter, r *http.Request) {
	if i := e.find(w, r); i != nil {
		i.fail(readError(r))
		accept(w)
	}
}

func (e *environment) handleInitError(w http.ResponseWriter, r *http.Request) {
	err := readError(r)
	e.mu.Lock()
	e.initError = err
	e.mu.Unlock()
	accept(w)
}

// find returns the invocation of the path, or refuses the call.
func (e *environment) find(w http.ResponseWriter, r *http.Request) *invocation {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.current == nil || e.current.id != r.PathValue("id") {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "no such invocation")
		return nil
	}
	return e.current
}

func readError(r *http.Request) *functionError {
	err := new(functionError)
	if json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(err) != nil || err.Type == "" {
		err.Type = "Runtime.Unknown"
	}
	return err
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"errorType":%q,"errorMessage":%q}`, kind, message)
}
