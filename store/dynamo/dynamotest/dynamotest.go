// Package dynamotest starts what speaks DynamoDB's API on one machine, so that
// tests of what is kept in a table need no account. There are two such
// programs, because each is wrong somewhere: one from npm that keeps tables in
// SQLite and starts in milliseconds, and AWS's own from Maven Central.
//
// .ci/dynamo installs them and says where they are.
package dynamotest

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Server is a program that speaks DynamoDB's API.
type Server struct {
	Name  string
	words func(port string) []string
}

// Servers lists the programs that the environment names: DYNOXIDE is the
// binary, DYNAMODB_LOCAL the folder of jars. The test fails if there is none.
func Servers(t testing.TB) []Server {
	t.Helper()
	var found []Server
	if binary := os.Getenv("DYNOXIDE"); binary != "" {
		found = append(found, Server{"dynoxide", func(port string) []string {
			return []string{binary, "--host", "127.0.0.1", "--port", port}
		}})
	}
	if jars := os.Getenv("DYNAMODB_LOCAL"); jars != "" {
		found = append(found, Server{"dynamodb-local", func(port string) []string {
			return []string{
				"java", "-Xmx256m", "-Djava.library.path=" + jars, "-cp", filepath.Join(jars, "*"),
				"com.amazonaws.services.dynamodbv2.local.main.ServerRunner", "-inMemory", "-disableTelemetry", "-port", port,
			}
		}})
	}
	if len(found) == 0 {
		t.Fatal("neither DYNOXIDE nor DYNAMODB_LOCAL is set: run this by .ci/dynamo")
	}
	return found
}

// patience is how long a server may take to start: Java's is slow on a machine
// that does other things.
const patience = time.Minute

// Start starts a server with nothing in it, which ends with the test, and says
// how to reach it.
func (s Server) Start(t testing.TB) aws.Config {
	t.Helper()
	address := FreeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	words := s.words(port)
	run := exec.CommandContext(t.Context(), words[0], words[1:]...)
	if err := run.Start(); err != nil {
		t.Fatalf("start %s: %v", s.Name, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	transport := &http.Transport{MaxIdleConnsPerHost: 128}
	t.Cleanup(func() { // the test's context is over by now, which kills the server
		transport.CloseIdleConnections()
		<-ended
	})
	client := &http.Client{Transport: transport}
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		answer, err := client.Get("http://" + address)
		if err == nil {
			answer.Body.Close()
			break
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s ended before it answered: %v", s.Name, err)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not answer after %s: %v", s.Name, patience, err)
		}
	}
	return aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: aws.String("http://" + address),
		HTTPClient:   client,
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
}

// FreeAddress is one of the loopback that nobody listens on, as "host:port".
func FreeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
