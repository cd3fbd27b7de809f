package access_test

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// Attacks on what this gateway does not have, and why it has not.

// TestCVE_2026_42271 (GHSA-v4p8-mg3p-g94g): the command of an MCP server that is
// tried out is run, by way of CVE-2026-48710 for nobody in particular. No
// process is started here for anything that a request says.
// https://nvd.nist.gov/vuln/detail/CVE-2026-42271
func TestCVE_2026_42271(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run")
	server := `{"transport":"stdio","command":"touch","args":["` + file + `"],"env":{}}`
	nowhere(t, "POST /mcp-rest/test/connection "+server, "POST /mcp-rest/test/tools/list "+server, "POST /v1/mcp/server "+server, "POST /mcp-rest/tools/call "+server)
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want the command not run", err)
	}
}

// TestCVE_2026_59822 (GHSA-7488-6r32-c95q): a made-up Authorization header is let
// through to MCP tools. There are none.
// https://nvd.nist.gov/vuln/detail/CVE-2026-59822
func TestCVE_2026_59822(t *testing.T) {
	nowhere(t, `POST /mcp {"jsonrpc":"2.0","id":1,"method":"tools/list"}`, `POST /mcp/ {"jsonrpc":"2.0","id":1,"method":"tools/call"}`, `GET /mcp`, `POST /mcp/server {}`)
}

// TestGHSA_xqmj_j6mv_4862: a prompt that is tried out is a template that is run.
// Prompts are not kept here, and templates not run.
// https://github.com/BerriAI/litellm/security/advisories/GHSA-xqmj-j6mv-4862
func TestGHSA_xqmj_j6mv_4862(t *testing.T) {
	nowhere(t, `POST /prompts/test {"dotprompt_content":"---\nmodel: main\n---\n{{ ().__class__.__base__.__subclasses__() }}"}`, `POST /prompts {"prompt_id":"x"}`, `GET /prompts/x`)
}

// TestCVE_2026_40217 (GHSA-wxxx-gvqv-xp7p): the code of a guardrail is run, in a
// sandbox that does not hold. No code of anybody's is run here.
// https://nvd.nist.gov/vuln/detail/CVE-2026-40217
func TestCVE_2026_40217(t *testing.T) {
	code := `{"custom_code":"def apply_guardrail(i, r, t):\n  return __builtins__['__import__']('os').system('id')","test_input":{"texts":["hi"]}}`
	nowhere(t, "POST /guardrails/test_custom_code "+code, "POST /guardrails "+code, "PUT /guardrails/x "+code, "POST /guardrails/apply_guardrail "+code)
}

// TestCVE_2026_12796 and its neighbour CVE-2026-12772: a session of the console,
// or the key in its cookie, lives on after it was ended. There is no console to
// sign in to, and no cookie is a key.
// https://nvd.nist.gov/vuln/detail/CVE-2026-12796
func TestCVE_2026_12796(t *testing.T) {
	nowhere(t, "GET /sso/key/generate", "GET /sso/callback?code=x&state=y", "POST /login username=admin&password=x", "POST /v2/login {}", "GET /ui", "GET /fallback/login")
	w := newTown(t)
	for _, cookie := range []string{master, keyOf("admin"), base64.RawURLEncoding.EncodeToString([]byte(`{"key":"` + keyOf("admin") + `"}`))} {
		w.refused(t, "a cookie", w.do("", "GET", "/user/list", "", "Cookie: token="+cookie), 401)
	}
}

// TestCVE_2024_4264: a setting of the proxy is evaluated. Settings are not
// changed by requests here, and nothing is evaluated.
// https://nvd.nist.gov/vuln/detail/CVE-2024-4264
func TestCVE_2024_4264(t *testing.T) {
	nowhere(t, `POST /config/update {"environment_variables":{"X":"__import__('os').system('id')"},"litellm_settings":{"callbacks":["os.system"]}}`, `POST /config/field/update {}`, `GET /config/list`, `GET /get/config/callbacks`)
}

// TestCVE_2024_5751: environment variables are set by a request, and decrypted
// values end up in code and in files that are shown.
// https://nvd.nist.gov/vuln/detail/CVE-2024-5751
func TestCVE_2024_5751(t *testing.T) {
	nowhere(t, `POST /config/update {"environment_variables":{"UI_LOGO_PATH":"/etc/passwd"}}`, `GET /get_image`, `GET /get/image`, `GET /get_logo_url`)
}

// TestCVE_2026_12797: a guardrail that was configured is never asked. There are
// no guardrails here, so a configuration that counts on one does not start.
// https://nvd.nist.gov/vuln/detail/CVE-2026-12797
func TestCVE_2026_12797(t *testing.T) {
	for _, setting := range []string{
		"litellm_settings: {callbacks: [banned_keywords], banned_keywords_list: [secret]}", "litellm_settings: {callbacks: [azure_content_safety]}",
		"guardrails: [{guardrail_name: g, litellm_params: {guardrail: presidio, mode: pre_call}}]", "litellm_settings: {callbacks: [hide_secrets]}",
	} {
		file := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(file, []byte("model_list: [{model_name: main, litellm_params: {model: demo/demo}}]\n"+setting+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, problems, err := all.Load(all.Options{ConfigPath: file}); err == nil {
			t.Errorf("%s: got a start with %v, want none", setting, problems)
		}
	}
}
