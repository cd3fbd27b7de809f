package main

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// TestMain is the function that the test starts: it waits, as one that reads
// its configuration does, and asks for an event, or it fails.
func TestMain(m *testing.M) {
	switch os.Getenv("COLDSTART_TEST") {
	case "ready":
		time.Sleep(initTime)
		_, err := http.Get("http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/next")
		panic(err) // the connection is only ever closed
	case "broken":
		println("no config")
		os.Exit(1)
	}
	os.Exit(m.Run())
}

const initTime = 50 * time.Millisecond

func TestColdStart(t *testing.T) {
	t.Setenv("COLDSTART_TEST", "ready")
	took, err := coldStart(t.Context(), os.Args[0], 3)
	if err != nil || took < initTime || took > 100*initTime {
		t.Errorf("got %v and error %v, want a little over %v", took, err, initTime)
	}
	t.Setenv("COLDSTART_TEST", "broken")
	if _, err := coldStart(t.Context(), os.Args[0], 1); err == nil || !strings.Contains(err.Error(), "no config") {
		t.Errorf("got error %v, want what the function said", err)
	}
}
