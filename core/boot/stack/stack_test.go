package stack

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// amazon is an account: what it is asked, as "METHOD /path?query target", leads
// to an answer as AWS's documents write it. A bucket keeps what it is given.
type amazon struct {
	mu      sync.Mutex
	answers map[string]said
	objects []string // in the order of writing
	kept    map[string]string
	secret  string
	puts    []map[string]string // of PutSecretValue
}

type said struct {
	status int
	body   string
}

func (a *amazon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	target := r.Header.Get("X-Amz-Target")
	if form, err := url.ParseQuery(string(body)); err == nil && form.Get("Action") != "" {
		target = form.Get("Action") + " " + form.Get("StackName")
	}
	asked := strings.TrimSpace(r.Method + " " + r.URL.RequestURI() + " " + target)
	switch answer, ok := a.answers[asked]; {
	case ok:
		w.WriteHeader(answer.status)
		fmt.Fprint(w, answer.body)
	case r.Method == "PUT":
		a.objects = append(a.objects, r.URL.Path)
		a.kept[r.URL.Path] = string(body)
		w.Header().Set("X-Amz-Version-Id", fmt.Sprintf("v%d", len(a.objects)))
	case target == "secretsmanager.GetSecretValue" && a.secret != "":
		fmt.Fprintf(w, `{"ARN":"arn","SecretString":%q,"VersionId":"1"}`, a.secret)
	case target == "secretsmanager.PutSecretValue":
		var in map[string]string
		if json.Unmarshal(body, &in) != nil {
			w.WriteHeader(400)
		}
		a.puts = append(a.puts, in)
		a.secret = in["SecretString"]
		fmt.Fprint(w, `{"ARN":"arn","Name":"s","VersionId":"version-2","VersionStages":["AWSCURRENT"]}`)
	default:
		w.WriteHeader(400)
		fmt.Fprintf(w, `{"__type":"ResourceNotFoundException","Message":"no answer for %s"}`, asked)
	}
}

// in starts an account and has AWS be there.
func in(t *testing.T, answers map[string]said) *amazon {
	t.Helper()
	a := &amazon{answers: answers, kept: map[string]string{}, secret: `{"LITELLM_MASTER_KEY":"sk-planted-master"}`}
	srv := httptest.NewServer(a)
	t.Cleanup(srv.Close)
	for name, v := range map[string]string{
		"AWS_ENDPOINT_URL": srv.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "planted-signing-key",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_PROFILE": "", "AWS_SESSION_TOKEN": "", "AWS_DEFAULT_REGION": "",
	} {
		t.Setenv(name, v)
	}
	return a
}

func deployed() *Stack {
	return &Stack{Name: "dev", Bucket: "b", Table: "t", Secret: "s", account: &cloud.Account{Now: time.Now}, store: memory.New(time.Now)}
}

// TestFind reads outputs as CloudFormation writes them, and says what is missing.
func TestFind(t *testing.T) {
	const stacks = `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
<StackName>dev</StackName><StackStatus>%s</StackStatus><Outputs>%s</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
	outputs := ""
	for name, v := range map[string]string{"BaseUrl": "https://x/dev/v1", "Bucket": "b", "Table": "t", "Secret": "arn:s", "Other": "o"} {
		outputs += "<member><OutputKey>" + name + "</OutputKey><OutputValue>" + v + "</OutputValue></member>"
	}
	in(t, map[string]said{
		"POST / DescribeStacks dev":   {200, fmt.Sprintf(stacks, "CREATE_COMPLETE", outputs)},
		"POST / DescribeStacks young": {200, fmt.Sprintf(stacks, "CREATE_IN_PROGRESS", "")},
		"POST / DescribeStacks none":  {400, `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id none does not exist</Message></Error></ErrorResponse>`},
		"POST / DescribeStacks odd":   {200, "<html>"},
	})
	s, err := Find(t.Context(), "dev")
	if err != nil || s.URL != "https://x/dev/v1" || s.Bucket != "b" || s.Table != "t" || s.Secret != "arn:s" {
		t.Errorf("got %+v, %v, want the outputs", s, err)
	}
	for name, want := range map[string]string{"young": "CREATE_IN_PROGRESS", "none": "ValidationError: Stack with id none does not exist", "odd": "not what AWS writes"} {
		if _, err := Find(t.Context(), name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, want)
		}
	}
}

// written are the files of a folder, and the first one's path.
func written(t *testing.T, files ...string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "mine")
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(folder, files[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, files[0])
}

// TestPush: a configuration is read as the functions will read it, put into the
// bucket with what it includes, itself last, and only then named.
func TestPush(t *testing.T) {
	a := in(t, nil)
	a.secret = `{"WHERE":"https://up.example.com","LITELLM_MASTER_KEY":"sk-planted-master"}`
	s := deployed()
	const text = "include: [more/models.yaml]\ngeneral_settings: {master_key: os.environ/LITELLM_MASTER_KEY}\n"
	const more = "model_list: [{model_name: one, litellm_params: {model: openai/one, api_base: os.environ/WHERE, api_key: os.environ/GONE}}, {model_name: two, litellm_params: {model: bedrock/amazon.nova-lite-v1:0}}]\n"
	c, err := s.Read(t.Context(), written(t, "my.yaml", text, "more/models.yaml", more))
	if err != nil {
		t.Fatal(err, c.Problems)
	}
	if len(c.Problems) != 1 || !strings.Contains(c.Problems[0].Message, "GONE is not set") {
		t.Errorf("got the problems %v, want that GONE is not set", c.Problems)
	}
	name, err := s.Push(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"/b/config/more/models.yaml", "/b/config/config.yaml"}; !slices.Equal(a.objects, want) || a.kept[want[0]] != more || a.kept[want[1]] != text {
		t.Errorf("got %v written, want %v", a.objects, want)
	}
	marks, err := people.ReadMarks(t.Context(), s.store)
	sum := sha256.Sum256([]byte(text))
	if want := `[{"key":"config/config.yaml","version":"v2","sha256":"` + hex.EncodeToString(sum[:]) + `"},{"key":"config/more/models.yaml","version":"v1"`; err != nil || marks.Config != name || !strings.HasPrefix(marks.Source, want) {
		t.Errorf("got the marks %+v, %v, want %s and %s", marks, err, name, want)
	}
	if again, err := s.Push(t.Context(), c); err != nil || again == name {
		t.Errorf("got %q, %v the second time, want another name", again, err)
	}
}

// TestPushRefused: what the functions could not start with, or not find, gets
// nowhere.
func TestPushRefused(t *testing.T) {
	for _, tc := range []struct {
		name  string
		files []string
		want  string
	}{
		{"wrong", []string{"my.yaml", "model_list: 7"}, "invalid configuration"},
		{"not there", []string{"my.yaml", "include: [gone.yaml]"}, "invalid configuration"},
		{"above", []string{"my.yaml", "include: [../other/models.yaml]", "../other/models.yaml", "model_list: []"}, "not below"},
		{"in its place", []string{"my.yaml", "include: [config.yaml]", "config.yaml", "model_list: []"}, "in the place of"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := in(t, nil)
			s := deployed()
			c, err := s.Read(t.Context(), written(t, tc.files...))
			if err == nil {
				_, err = s.Push(t.Context(), c)
			}
			marks, fault := people.ReadMarks(t.Context(), s.store)
			if err == nil || !strings.Contains(err.Error(), tc.want) || marks.Config != "" || fault != nil || a.kept["/b/config/config.yaml"] != "" {
				t.Errorf("got %v and the marks %v, want an error with %q and nothing named", err, marks, tc.want)
			}
		})
	}
}

// TestSecrets: what is set here and not there is put there, beside what is there;
// Lambda's own variables, and paths of this machine, are not.
func TestSecrets(t *testing.T) {
	a := in(t, nil)
	a.secret = `{"LITELLM_MASTER_KEY":"sk-planted-master","OPENAI_API_KEY":"sk-planted-old","SAME":"sk-same","NUMBER":7,"NESTED":{"a":1}}`
	s := deployed()
	env := map[string]string{
		"OPENAI_API_KEY": "sk-planted-new", "SAME": "sk-same", "MINE": "sk-planted-mine", "EMPTY": "", "AWS_ACCESS_KEY_ID": "AKID", "GOOGLE_APPLICATION_CREDENTIALS": "/home/me/key.json",
		"ANTHROPIC_API_KEY": "sk-planted-unused",
	}
	file := written(t, "my.yaml", `
model_list:
  - {model_name: one, litellm_params: {model: openai/one}}
  - {model_name: two, litellm_params: {model: groq/two, api_key: os.environ/MINE}}
  - {model_name: three, litellm_params: {model: bedrock/amazon.nova-lite-v1:0, aws_access_key_id: os.environ/AWS_ACCESS_KEY_ID}}
  - {model_name: four, litellm_params: {model: vertex_ai/gemini-2.5-pro, vertex_credentials: os.environ/GOOGLE_APPLICATION_CREDENTIALS}}
  - {model_name: five, litellm_params: {model: groq/five, api_key: os.environ/SAME}}
  - {model_name: six, litellm_params: {model: groq/six, api_key: os.environ/EMPTY}}
  - {model_name: seven, litellm_params: {model: groq/six, api_key: os.environ/UNSET}}
`)
	variables, err := s.Variables(file, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Compare(t.Context(), variables)
	if err != nil {
		t.Fatal(err)
	}
	if want := []Variable{{"MINE", true}, {"OPENAI_API_KEY", false}}; !slices.Equal(c.Changed, want) || !slices.Equal(c.Paths, []string{"GOOGLE_APPLICATION_CREDENTIALS"}) {
		t.Errorf("got %v and the paths %v, want %v", c.Changed, c.Paths, want)
	}
	if err := s.Put(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	const want = `{"LITELLM_MASTER_KEY":"sk-planted-master","MINE":"sk-planted-mine","NESTED":{"a":1},"NUMBER":7,"OPENAI_API_KEY":"sk-planted-new","SAME":"sk-same"}`
	if len(a.puts) != 1 || a.secret != want || len(a.puts[0]["ClientRequestToken"]) < 32 || len(a.puts[0]["ClientRequestToken"]) > 64 {
		t.Errorf("got %v, want %s put once", a.puts, want)
	}
	if marks, err := people.ReadMarks(t.Context(), s.store); err != nil || marks.Config == "" || marks.Source != "" {
		t.Errorf("got the marks %+v, %v, want all to read the secret again", marks, err)
	}
	for _, text := range []string{`planted`, `["planted"]`, `null`} {
		a.secret = text
		if _, err := s.Compare(t.Context(), variables); err == nil || strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: got %v, want an error without it", text, err)
		}
	}
}
