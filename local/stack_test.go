package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// account is one of AWS's with a stack, and what is in its secret.
type account struct {
	t      *testing.T
	secret string
	puts   int
}

func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		a.t.Error(err)
	}
	switch target := r.Header.Get("X-Amz-Target"); {
	case strings.Contains(string(body), "Action=DescribeStacks"):
		outputs := ""
		for _, name := range []string{"Bucket", "Table", "Secret"} {
			outputs += "<member><OutputKey>" + name + "</OutputKey><OutputValue>" + name + "</OutputValue></member>"
		}
		fmt.Fprintf(w, `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>%s</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`, outputs)
	case target == "secretsmanager.GetSecretValue":
		fmt.Fprintf(w, `{"SecretString":%q}`, a.secret)
	case target == "secretsmanager.PutSecretValue":
		var in struct{ SecretString string }
		if err := json.Unmarshal(body, &in); err != nil {
			a.t.Error(err)
		}
		a.secret, a.puts = in.SecretString, a.puts+1
		fmt.Fprint(w, `{"VersionId":"2"}`)
	case strings.HasPrefix(target, "DynamoDB_20120810."): // tables that are empty, and take what they get
		fmt.Fprint(w, `{}`)
	default:
		a.t.Errorf("got %s %s %s", r.Method, r.URL, target)
	}
}

// TestSecretsPush: it names what it would change, does nothing without a yes, and
// shows no value.
func TestSecretsPush(t *testing.T) {
	const before = `{"LITELLM_MASTER_KEY":"sk-planted"}`
	for _, tc := range []struct {
		name, answer string
		flags        []string
		code, puts   int
		out          string
	}{
		{"yes", "y\n", nil, 0, 1, "Done."},
		{"in words", "YES\n", nil, 0, 1, "Done."},
		{"no", "n\n", nil, 1, 0, "[y/N]"},
		{"nothing", "\n", nil, 1, 0, "[y/N]"},
		{"nobody there", "", nil, 1, 0, "[y/N]"},
		{"unasked", "", []string{"--yes"}, 0, 1, "Done."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := &account{t: t, secret: before}
			srv := httptest.NewServer(a)
			defer srv.Close()
			for name, v := range map[string]string{
				"AWS_ENDPOINT_URL": srv.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
				"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_PROFILE": "", "AWS_SESSION_TOKEN": "",
			} {
				t.Setenv(name, v)
			}
			config := file(t, "config.yaml", "model_list: [{model_name: one, litellm_params: {model: openai/one, api_key: os.environ/MINE}}]")
			var out, said strings.Builder
			p := &program{in: strings.NewReader(tc.answer), out: &out, err: &said, environ: forgetting([]string{"MINE=sk-planted-mine", "OTHER=sk-planted-other"})}
			code := p.run(t.Context(), append([]string{"secrets", "push", "--stack", "dev", "--config", config}, tc.flags...))
			if code != tc.code || a.puts != tc.puts || !strings.Contains(out.String(), tc.out) || !strings.Contains(out.String(), "MINE") {
				t.Errorf("got exit code %d, %d changes, %q and %q, want %d, %d, %q", code, a.puts, out.String(), said.String(), tc.code, tc.puts, tc.out)
			}
			if strings.Contains(out.String()+said.String(), "planted") || strings.Contains(out.String(), "OTHER") {
				t.Errorf("got %q and %q, want names of what is read, and no values", out.String(), said.String())
			}
		})
	}
}

// TestStackUsage: command lines that cannot be understood.
func TestStackUsage(t *testing.T) {
	for line, want := range map[string]string{
		"config":                        "say what to do",
		"config pull":                   `no command "pull"; there is push`,
		"config push":                   "want one configuration file",
		"config push a.yaml":            "--stack says which stack",
		"secrets push":                  "--stack says which stack",
		"secrets push --stack dev more": `takes no argument "more"`,
	} {
		code, _, said := tollgate(t, nil, strings.Fields(line)...)
		if code != 2 || !strings.Contains(said, want) {
			t.Errorf("%s: got exit code %d, %q, want 2 and %q", line, code, said, want)
		}
	}
}
