// Command bootstrap is the Lambda function of the emulator's tests: it does
// what the request's headers tell it to.
package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/lambdahttp"
)

func main() {
	switch os.Getenv("TEST_START") {
	case "error":
		lambdahttp.Start(nil, errors.New("config.yaml: no model_list"))
	case "exit":
		os.Exit(3)
	case "hang":
		time.Sleep(time.Minute)
	case "raw":
		raw(os.Getenv("TEST_TYPE"), os.Getenv("TEST_REPLY"))
	}
	lambdahttp.Start(http.HandlerFunc(serve), nil)
}

func serve(w http.ResponseWriter, r *http.Request) {
	switch r.Header.Get("X-Do") {
	case "stream": // one, then two when the gate opens, then tell the other gate
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "one")
		w.(http.Flusher).Flush()
		get(r.Header.Get("X-Gate"))
		fmt.Fprint(w, "two")
		w.(http.Flusher).Flush()
		get(r.Header.Get("X-Done"))
	case "abort":
		fmt.Fprint(w, "one")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	case "panic":
		panic("boom")
	case "crash":
		fmt.Fprint(w, "one")
		w.(http.Flusher).Flush()
		get(r.Header.Get("X-Gate"))
		os.Exit(4)
	case "exit":
		os.Exit(4)
	case "hang":
		fmt.Fprint(w, "one")
		w.(http.Flusher).Flush()
		time.Sleep(time.Minute)
	case "big":
		n, _ := strconv.Atoi(r.Header.Get("X-Bytes"))
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write(bytes.Repeat([]byte("x"), n))
	default: // say what came
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprintf(w, "%s %s host=%s cookie=%s pid=%d mode=%s body=%q", r.Method, r.RequestURI, r.Host, r.Header.Get("Cookie"), os.Getpid(), os.Getenv("RESPONSE_MODE"), body)
	}
}

func get(url string) {
	if url == "" {
		return
	}
	if resp, err := http.Get(url); err == nil {
		_ = resp.Body.Close()
	}
}

// raw answers every event with the same bytes, without lambdahttp.
func raw(kind, reply string) {
	body, _ := base64.StdEncoding.DecodeString(reply)
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		resp, err := http.Get(api + "next")
		if err != nil {
			os.Exit(0)
		}
		_ = resp.Body.Close()
		if kind == "none" {
			continue
		}
		posted, err := http.Post(api+resp.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", kind, bytes.NewReader(body))
		if err == nil {
			_ = posted.Body.Close()
		}
	}
}
