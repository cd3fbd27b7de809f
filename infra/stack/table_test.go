package stack_test

import (
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/infra/stack"
	"github.com/tollgate-llm/tollgate/store/dynamo"
)

// creation is a DynamoDB in which every table is ready at once. It remembers
// what tables are asked to be.
type creation struct {
	mu    sync.Mutex
	asked map[string]any
}

func (c *creation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &c.asked) // of all requests: their members have different names
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	const answer = `{"Table":{"TableStatus":"ACTIVE"}}`
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(answer))), 10))
	_, _ = io.WriteString(w, answer)
}

// TestTable holds that the stack's table is the one that store/dynamo makes, and
// is tested with, where there is no stack.
func TestTable(t *testing.T) {
	made := &creation{}
	server := httptest.NewServer(made)
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	s, err := dynamo.Open(t.Context(), "gateway", dynamo.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	delete(made.asked, "TableName") // CloudFormation makes a name
	got := properties[map[string]any](t, synthesized(t, stack.Profiles()[0])["Table"])
	delete(got, "Replicas")
	if !reflect.DeepEqual(got, made.asked) {
		t.Errorf("got the table %v, want %v", got, made.asked)
	}
}

// TestGrants holds that a role can do to the table what store/dynamo asks of it, to
// its own log what Lambda does, and to neither anything else. TestRoles holds all
// that a role has.
func TestGrants(t *testing.T) {
	want := []string{"logs:CreateLogStream", "logs:PutLogEvents"}
	for _, operation := range operations(t) {
		if operation == "TransactWriteItems" { // its parts are granted, as plain writes are
			continue
		}
		want = append(want, "dynamodb:"+operation)
	}
	slices.Sort(want)
	roles := 0
	for id, r := range synthesized(t, stack.Profiles()[0]) {
		if r.Type != "AWS::IAM::Role" || id == "ApiRole" {
			continue
		}
		roles++
		p := properties[struct {
			ManagedPolicyArns []string
			Policies          []struct {
				PolicyDocument struct {
					Statement []struct {
						Effect   string
						Action   []string
						Resource json.RawMessage
					}
				}
			}
		}](t, r)
		if len(p.ManagedPolicyArns) > 0 || len(p.Policies) != 1 {
			t.Errorf("%s: got %d managed policies and %d of its own, want 1 of its own", id, len(p.ManagedPolicyArns), len(p.Policies))
			continue
		}
		var got []string
		for _, s := range p.Policies[0].PolicyDocument.Statement {
			resource := string(s.Resource)
			if !strings.HasPrefix(s.Action[0], "logs:") && !strings.HasPrefix(s.Action[0], "dynamodb:") {
				continue
			}
			if strings.Contains(resource, "*") || s.Effect != "Allow" {
				t.Errorf("%s: got %s %v on %s, want Allow on one resource", id, s.Effect, s.Action, resource)
			}
			if ofLogs := resource == `{"Fn::GetAtt":["`+strings.TrimSuffix(id, "Role")+`Logs","Arn"]}`; ofLogs != strings.HasPrefix(s.Action[0], "logs:") {
				t.Errorf("%s: got %v on %s, want its own log and the table", id, s.Action, resource)
			}
			if resource == `{"Fn::Sub":"${Table.Arn}/index/Index1"}` {
				if !slices.Equal(s.Action, []string{"dynamodb:Query"}) {
					t.Errorf("%s: got %v of the index, want Query alone", id, s.Action)
				}
				continue
			}
			got = append(got, s.Action...)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
	if roles != len(routes.Functions()) {
		t.Errorf("got %d roles, want one for each of %d functions", roles, len(routes.Functions()))
	}
}

// operations lists what store/dynamo calls of DynamoDB's API, but for what makes
// tables: no function does.
func operations(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../store/dynamo/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d files of store/dynamo, error %v", len(files), err)
	}
	called := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || filepath.Base(name) == "create.go" {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\.api\.(\w+)\(`).FindAllStringSubmatch(string(b), -1) {
			called[m[1]] = true
		}
	}
	var names []string
	for name := range called {
		names = append(names, name)
	}
	return names
}
