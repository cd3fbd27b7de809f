package dynamotest_test

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/store/dynamo/dynamotest"
)

// TestMain serves instead of testing when it is started as a server.
func TestMain(m *testing.M) {
	if os.Getenv("DYNAMOTEST_SERVES") != "" {
		port := os.Args[len(os.Args)-1]
		panic(http.ListenAndServe("127.0.0.1:"+port, http.NotFoundHandler()))
	}
	goleak.VerifyTestMain(m)
}

// TestStart holds that a server answers when it is said to, and that nothing
// listens there after the test.
func TestStart(t *testing.T) {
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DYNAMOTEST_SERVES", "1")
	t.Setenv("DYNOXIDE", binary)
	t.Setenv("DYNAMODB_LOCAL", "")
	servers := dynamotest.Servers(t)
	if len(servers) != 1 || servers[0].Name != "dynoxide" {
		t.Fatalf("got %v, want dynoxide alone", servers)
	}
	var host string
	t.Run("while the test runs", func(t *testing.T) {
		c := servers[0].Start(t)
		at, err := url.Parse(*c.BaseEndpoint)
		if err != nil {
			t.Fatal(err)
		}
		host = at.Host
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := c.HTTPClient.Do(r)
		if err != nil {
			t.Fatalf("got error %v, want an answer", err)
		}
		answer.Body.Close()
	})
	if c, err := net.Dial("tcp", host); err == nil {
		c.Close()
		t.Errorf("%s is still there after its test", host)
	}
}
