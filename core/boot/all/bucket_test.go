package all_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// cloud is an account with one bucket, whose objects have versions, and one
// secret. It answers as AWS documents.
type cloud struct {
	mu      sync.Mutex
	objects map[string][]string // their versions, the latest last
	secret  string              // "": there is none
	status  int                 // of everything, when it is not 0
	missing int                 // the status of an object that is not there
	gets    int                 // objects that were asked for
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.status != 0:
		w.WriteHeader(c.status)
	case r.Header.Get("X-Amz-Target") == "secretsmanager.GetSecretValue" && c.secret != "":
		fmt.Fprintf(w, `{"SecretString":%q}`, c.secret)
	case r.Header.Get("X-Amz-Target") != "":
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"ResourceNotFoundException"}`)
	default:
		c.gets++
		kept := c.objects[r.URL.Path]
		n := len(kept)
		if v := r.URL.Query().Get("versionId"); v != "" {
			fmt.Sscanf(v, "v%d", &n)
		}
		if n == 0 || n > len(kept) {
			w.WriteHeader(c.missing)
			fmt.Fprintf(w, `<Error><Code>%s</Code></Error>`, map[int]string{404: "NoSuchKey", 403: "AccessDenied"}[c.missing])
			return
		}
		w.Header().Set("X-Amz-Version-Id", fmt.Sprintf("v%d", n))
		fmt.Fprint(w, kept[n-1])
	}
}

// put writes an object.
func (c *cloud) put(key, text string) all.File {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.objects["/bucket/"+key] = append(c.objects["/bucket/"+key], text)
	sum := sha256.Sum256([]byte(text))
	return all.File{Key: key, Version: fmt.Sprintf("v%d", len(c.objects["/bucket/"+key])), Sum: hex.EncodeToString(sum[:])}
}

// inCloud starts an account, and has the gateway use it.
func inCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{objects: map[string][]string{}, missing: 404}
	srv := httptest.NewServer(c)
	t.Cleanup(srv.Close)
	for name, v := range map[string]string{
		"AWS_ENDPOINT_URL": srv.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "planted-signing-key",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
	} {
		t.Setenv(name, v)
	}
	return c
}

// inBucket are the options of a function whose configuration is in the bucket.
func inBucket(more ...string) all.Options {
	vars := map[string]string{"LITELLM_CONFIG_BUCKET_NAME": "bucket", "LITELLM_CONFIG_BUCKET_OBJECT_KEY": "config/config.yaml", "LITELLM_MASTER_KEY": "sk-master"}
	for _, v := range more {
		name, value, _ := strings.Cut(v, "=")
		vars[name] = value
	}
	return all.Options{Getenv: env(vars), Store: memory.New(time.Now)}
}

// started is a gateway, and what its start said.
func started(t *testing.T, o all.Options) (*httptest.Server, *boot.Live, string) {
	t.Helper()
	setup, problems, err := all.Load(o)
	if err != nil {
		t.Fatal(err, problems)
	}
	app, err := setup.Open()
	if err != nil {
		t.Fatal(err)
	}
	live, err := setup.Live(app, boot.Everything())
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(live)
	t.Cleanup(srv.Close)
	return srv, live, fmt.Sprint(problems)
}

func modelsOf(t *testing.T, srv *httptest.Server) string {
	t.Helper()
	r, err := http.NewRequest("GET", srv.URL+"/v1/models", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer sk-master")
	a, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	var list struct{ Data []struct{ ID string } }
	if err := json.NewDecoder(a.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range list.Data {
		names = append(names, m.ID)
	}
	return strings.Join(names, " ")
}

const including = "include: [models.yaml]\n"

func model(name string) string {
	return "model_list: [{model_name: " + name + ", litellm_params: {model: demo/demo}}]\n"
}

// TestBucket: a process starts with what the store names, with the files that
// this includes, each as it was then; with what is in the bucket if the store
// names nothing; and with the demo as long as there is nothing at all.
func TestBucket(t *testing.T) {
	for _, tc := range []struct {
		name string
		put  func(c *cloud) []all.File // that are named; nil: nobody is told
		want string
		gets int
	}{
		{"nothing", func(*cloud) []all.File { return nil }, "demo", 1},
		{"nothing that may be seen", func(c *cloud) []all.File { c.missing = 403; return nil }, "demo", 1},
		{"latest", func(c *cloud) []all.File {
			c.put("config/config.yaml", model("old"))
			c.put("config/config.yaml", including)
			c.put("config/models.yaml", model("new"))
			return nil
		}, "new", 2},
		{"named, and the latest", func(c *cloud) []all.File {
			return []all.File{c.put("config/config.yaml", including), c.put("config/models.yaml", model("named"))}
		}, "named", 2},
		{"named, and not the latest", func(c *cloud) []all.File {
			named := []all.File{c.put("config/config.yaml", including), c.put("config/models.yaml", model("named"))}
			c.put("config/config.yaml", model("later"))
			c.put("config/models.yaml", model("later"))
			return named
		}, "named", 3},
		{"named elsewhere", func(c *cloud) []all.File {
			c.put("config/config.yaml", model("here"))
			return []all.File{c.put("other/main.yaml", model("there"))}
		}, "there", 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := inCloud(t)
			o := inBucket()
			if named := tc.put(c); named != nil {
				if _, err := all.Mark(t.Context(), o.Store, named); err != nil {
					t.Fatal(err)
				}
			}
			srv, _, problems := started(t, o)
			if got := modelsOf(t, srv); got != tc.want || c.gets != tc.gets {
				t.Errorf("got the models %q by %d requests, want %q by %d", got, c.gets, tc.want, tc.gets)
			}
			if warned := strings.Contains(problems, "bucket/config/config.yaml"); warned != strings.HasPrefix(tc.name, "nothing") {
				t.Errorf("got the problems %s", problems)
			}
		})
	}
}

// TestBucketFaults: what is named and cannot be had, or is not what was named,
// stops the start; so does a bucket that does not answer.
func TestBucketFaults(t *testing.T) {
	for _, tc := range []struct {
		name  string
		spoil func(c *cloud, o *all.Options) []all.File
		want  string
	}{
		{"no key", func(_ *cloud, o *all.Options) []all.File {
			o.Getenv = env(map[string]string{"LITELLM_CONFIG_BUCKET_NAME": "bucket"})
			return nil
		}, "LITELLM_CONFIG_BUCKET_OBJECT_KEY is not set"},
		{"another cloud", func(_ *cloud, o *all.Options) []all.File {
			*o = inBucket("LITELLM_CONFIG_BUCKET_TYPE=azure")
			return nil
		}, "want s3 or gcs"},
		{"gone", func(*cloud, *all.Options) []all.File { return []all.File{{Key: "config/config.yaml", Version: "v1"}} }, "no such object"},
		{"gone, and not to be seen", func(c *cloud, _ *all.Options) []all.File {
			c.missing = 403
			return []all.File{{Key: "config/config.yaml", Version: "v1"}}
		}, "403"},
		{"changed", func(c *cloud, _ *all.Options) []all.File {
			f := c.put("config/config.yaml", model("one"))
			f.Version = ""
			c.put("config/config.yaml", model("two"))
			return []all.File{f}
		}, "changed without tollgate config push"},
		{"includes what was not named", func(c *cloud, _ *all.Options) []all.File {
			c.put("config/models.yaml", model("one"))
			return []all.File{c.put("config/config.yaml", including)}
		}, "not among the files"},
		{"no answer", func(c *cloud, _ *all.Options) []all.File { c.status = 500; return nil }, "AWS answered 500"},
		{"wrong", func(c *cloud, _ *all.Options) []all.File { c.put("config/config.yaml", "model_list: 7"); return nil }, "invalid configuration"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := inCloud(t)
			o := inBucket()
			if named := tc.spoil(c, &o); named != nil {
				if _, err := all.Mark(t.Context(), o.Store, named); err != nil {
					t.Fatal(err)
				}
			}
			if _, problems, err := all.Load(o); err == nil || !strings.Contains(fmt.Sprint(err, problems), tc.want) {
				t.Errorf("got %v, %v, want an error with %q", err, problems, tc.want)
			}
		})
	}
}

// TestPrimary: what the environment has not is a member of the one secret: a key
// is read when it is used, and a setting is what it was at the start.
func TestPrimary(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"got %s"}}]}`,
			strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer sk-"))
	}))
	t.Cleanup(upstream.Close)
	const file = `
model_list:
  - {model_name: own, litellm_params: {model: openai/m, api_base: os.environ/WHERE, api_key: os.environ/OWN_KEY}}
  - {model_name: default, litellm_params: {model: openai/m, api_base: os.environ/WHERE}}
`
	const managed = "general_settings: {key_management_system: aws_secret_manager, key_management_settings: {primary_secret_name: prod, hosted_keys: [WHERE, OWN_KEY]}}\n"
	secret := fmt.Sprintf(`{"WHERE":%q,"OWN_KEY":"sk-own","OPENAI_API_KEY":"sk-default","PORT":7}`, upstream.URL)
	for _, tc := range []struct {
		name, config, secret, model string
		vars                        []string
		want                        string
	}{
		{"a key that is named", file, secret, "own", []string{"PRIMARY_SECRET_NAME=prod"}, "got own"},
		{"a key that a provider has by default", file, secret, "default", []string{"PRIMARY_SECRET_NAME=prod"}, "got default"},
		{"the environment first", file, secret, "own", []string{"PRIMARY_SECRET_NAME=prod", "OWN_KEY=sk-environment"}, "got environment"},
		{"by the file", file + managed, secret, "own", nil, "got own"},
		{"by the file, and not hosted", file + managed, secret, "default", nil, `got "`},
		{"by the file, in secrets of their own", strings.Replace(file+managed, "primary_secret_name: prod, hosted_keys: [WHERE, OWN_KEY]", "hosted_keys: [OWN_KEY]", 1), "sk-single", "own", []string{"WHERE=" + upstream.URL}, "got single"},
		{"gone", file, "", "default", []string{"PRIMARY_SECRET_NAME=prod", "WHERE=" + upstream.URL}, `got "`},
		{"no object", file, `["planted"]`, "default", []string{"PRIMARY_SECRET_NAME=prod", "WHERE=" + upstream.URL}, `got "`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := inCloud(t)
			c.secret = tc.secret
			c.put("config/config.yaml", tc.config)
			srv, _, problems := started(t, inBucket(tc.vars...))
			if failed := strings.Contains(problems, "as good as not set"); failed != (tc.want == `got "` && tc.config == file) || strings.Contains(problems, "planted") {
				t.Errorf("got the problems %s", problems)
			}
			r, err := http.NewRequest("POST", srv.URL+"/v1/chat/completions", strings.NewReader(`{"model":"`+tc.model+`","messages":[{"role":"user","content":"hi"}]}`))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer sk-master")
			a, err := srv.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Body.Close()
			body, err := io.ReadAll(a.Body)
			if got := fmt.Sprint(a.StatusCode, " ", string(body)); err != nil || !strings.Contains(got, tc.want) {
				t.Errorf("got %s, %v, want %q", got, err, tc.want)
			}
		})
	}
}
