package awsvault_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/secret"
	"github.com/tollgate-llm/tollgate/core/secret/awsvault"
)

// open makes the vaults of an account with one region, whose every service is
// at an address.
func open(t *testing.T, address string) map[string]secret.Vault {
	t.Helper()
	for name, v := range map[string]string{
		"AWS_ENDPOINT_URL": address, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "planted-signing-key",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_PROFILE": "", "AWS_CA_BUNDLE": "", "AWS_SESSION_TOKEN": "",
	} {
		t.Setenv(name, v)
	}
	return awsvault.All(&cloud.Account{Now: func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }})
}

// said is an answer of AWS's.
type said struct {
	status int
	body   string
}

// TestSecret asks each service, whose answers are written as AWS documents
// them: binaries in base64, errors by their type.
func TestSecret(t *testing.T) {
	const arn = "arn:aws:secretsmanager:eu-west-1:1:secret:prod-AbCdEf"
	no := func(kind, message string) said {
		return said{400, fmt.Sprintf(`{"__type":%q,"Message":%q}`, kind, message)}
	}
	for _, tc := range []struct {
		ref, target, asked string
		answers            []said // one after the other
		want, err          string
	}{
		{
			"secretsmanager/prod/openai", "secretsmanager.GetSecretValue", `{"SecretId":"prod/openai"}`,
			[]said{{200, `{"ARN":"x","Name":"prod/openai","SecretString":"{\"A\":\"sk-1\"}","VersionStages":["AWSCURRENT"],"CreatedDate":1.7e9}`}},
			`{"A":"sk-1"}`, "",
		},
		{
			"secretsmanager/" + arn, "secretsmanager.GetSecretValue", `{"SecretId":"` + arn + `"}`,
			[]said{{200, `{"SecretBinary":"c2stMg=="}`}},
			"sk-2", "",
		},
		{
			"ssm/prod/openai", "AmazonSSM.GetParameter", `{"Name":"/prod/openai","WithDecryption":true}`,
			[]said{{200, `{"Parameter":{"Name":"/prod/openai","Type":"SecureString","Value":"sk-3","Version":1}}`}},
			"sk-3", "",
		},
		{
			"ssm//prod/openai:3", "AmazonSSM.GetParameter", `{"Name":"/prod/openai:3","WithDecryption":true}`,
			[]said{{200, `{"Parameter":{"Value":"sk-3"}}`}},
			"sk-3", "",
		},
		{
			"ssm/openai", "AmazonSSM.GetParameter", `{"Name":"openai","WithDecryption":true}`,
			[]said{{200, `{"Parameter":{"Value":"sk-4"}}`}},
			"sk-4", "",
		},
		{
			"kms/AQID/+==", "TrentService.Decrypt", `{"CiphertextBlob":"AQID/+=="}`,
			[]said{{200, `{"KeyId":"arn:aws:kms:eu-west-1:1:key/x","Plaintext":"c2stNQ==","EncryptionAlgorithm":"SYMMETRIC_DEFAULT"}`}},
			"sk-5", "",
		},
		{
			"secretsmanager/gone", "secretsmanager.GetSecretValue", `{"SecretId":"gone"}`,
			[]said{no("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")},
			"",
			"secretsmanager.GetSecretValue: AWS answered 400 ResourceNotFoundException: Secrets Manager can't find",
		},
		{
			"ssm/gone", "AmazonSSM.GetParameter", `{"Name":"gone","WithDecryption":true}`,
			[]said{{400, `{"__type":"com.amazonaws.ssm#ParameterNotFound"}`}},
			"", "AWS answered 400 ParameterNotFound",
		},
		{
			"secretsmanager/busy", "secretsmanager.GetSecretValue", `{"SecretId":"busy"}`,
			[]said{no("ThrottlingException", "Rate exceeded"), {500, `{"__type":"InternalServiceError"}`}, {200, `{"SecretString":"sk-6"}`}},
			"sk-6", "",
		},
		{
			"secretsmanager/down", "secretsmanager.GetSecretValue", `{"SecretId":"down"}`,
			[]said{{503, "<html>planted"}, {503, "<html>planted"}, {503, "<html>planted"}},
			"", "AWS answered 503",
		},
		{
			"secretsmanager/odd", "secretsmanager.GetSecretValue", `{"SecretId":"odd"}`,
			[]said{{200, `"planted`}},
			"", "the answer is not what AWS writes",
		},
		{
			"secretsmanager/nested", "secretsmanager.GetSecretValue", `{"SecretId":"nested"}`,
			[]said{{200, `{"SecretString":{"planted":1}}`}},
			"", "the answer is not what AWS writes",
		},
	} {
		t.Run(tc.ref, func(t *testing.T) {
			n := 0
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var body any
				if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
					t.Error(err)
				}
				asked, err := json.Marshal(body)
				if err != nil || string(asked) != tc.asked || r.Header.Get("X-Amz-Target") != tc.target || r.Header.Get("Content-Type") != "application/x-amz-json-1.1" {
					t.Errorf("got %s of %v, want %s of %s", asked, r.Header, tc.asked, tc.target)
				}
				service, _, _ := strings.Cut(tc.ref, "/")
				if want := "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-west-1/" + service + "/aws4_request, "; !strings.HasPrefix(r.Header.Get("Authorization"), want) {
					t.Errorf("got Authorization %q, want %q", r.Header.Get("Authorization"), want)
				}
				w.WriteHeader(tc.answers[n].status)
				fmt.Fprint(w, tc.answers[n].body)
				n++
			}))
			defer srv.Close()
			scheme, name, _ := strings.Cut(tc.ref, "/")
			got, err := open(t, srv.URL)[scheme].Secret(t.Context(), name)
			switch {
			case tc.err == "" && (err != nil || got != tc.want):
				t.Errorf("got %q, %v, want %q", got, err, tc.want)
			case tc.err != "" && (err == nil || !strings.Contains(err.Error(), tc.err) || strings.Contains(err.Error(), "planted")):
				t.Errorf("got %q, %v, want an error with %q", got, err, tc.err)
			}
			if n != len(tc.answers) {
				t.Errorf("got %d requests, want %d", n, len(tc.answers))
			}
		})
	}
}

// TestWithout what AWS needs to be asked: an error that says what it is.
func TestWithout(t *testing.T) {
	vaults := open(t, "http://127.0.0.1:1")
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_DEFAULT_REGION", "")
	if _, err := vaults["ssm"].Secret(t.Context(), "x"); err == nil || !strings.Contains(err.Error(), "AWS_REGION is not set") {
		t.Errorf("without a region: got %v, want an error that names AWS_REGION", err)
	}
}

func TestCheck(t *testing.T) {
	vaults := awsvault.All(&cloud.Account{Now: time.Now})
	for _, tc := range []struct {
		ref  string
		want bool
	}{
		{"secretsmanager/prod/openai", true},
		{"secretsmanager/A_z-0/+=.@!", true},
		{"secretsmanager/arn:aws:secretsmanager:eu-west-1:1:secret:prod-AbCdEf", true},
		{"secretsmanager/prod:openai", false},
		{"secretsmanager/prod openai", false},
		{"secretsmanager/" + strings.Repeat("a", 512), true},
		{"secretsmanager/" + strings.Repeat("a", 513), false},
		{"ssm/prod/openai", true},
		{"ssm//prod/openai:label", true},
		{"ssm/prod@openai", false},
		{"kms/AQID", true},
		{"kms/AQI", false},
		{"kms/prod-key", false},
	} {
		scheme, name, _ := strings.Cut(tc.ref, "/")
		if err := vaults[scheme].Check(name); (err == nil) != tc.want {
			t.Errorf("Check(%s): got %v, want fine: %v", tc.ref, err, tc.want)
		}
	}
}
