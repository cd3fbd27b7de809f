package vaults

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

const azureKeyVault = "Azure Key Vault"

// azure is an Azure Key Vault, with a service principal's client secret. Names
// there have hyphens and no underscores, so the one stands for the other.
// Source: https://learn.microsoft.com/en-us/rest/api/keyvault/secrets/get-secret/get-secret
type azure struct{ asker }

// Check implements secret.Vault.
func (*azure) Check(name string) error { return lettersOf(name, "-_", 127, "a secret's name") }

// Secret implements secret.Vault.
func (a *azure) Secret(ctx context.Context, name string) (string, error) {
	address, err := a.env(ctx, "AZURE_KEY_VAULT_URI", "")
	if err != nil {
		return "", err
	}
	at, err := url.Parse(strings.TrimSuffix(address, "/"))
	if err != nil || at.Host == "" {
		return "", errors.New("AZURE_KEY_VAULT_URI is not an address such as https://NAME.vault.azure.net")
	}
	token, err := a.login(ctx, func(ctx context.Context) (string, time.Duration, error) { return a.enter(ctx, at.Host) })
	if err != nil {
		return "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String()+"/secrets/"+strings.ReplaceAll(name, "_", "-")+"?api-version=7.4", nil)
	if err != nil {
		return "", fmt.Errorf("write a request to %s: %w", azureKeyVault, err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	var out struct {
		Value string `json:"value"`
	}
	err = ask(a.o.Client, azureKeyVault, r, &out, func(text []byte) string {
		var said struct {
			Error struct{ Code, Message string }
		}
		_ = json.Unmarshal(text, &said) // a proxy's page: the status must do
		return strings.TrimSpace(said.Error.Code + " " + said.Error.Message)
	})
	if refuses(err) {
		a.forget()
	}
	return out.Value, err
}

// word is an error's code in OAuth's words.
var word = regexp.MustCompile(`^[a-z_]{1,40}$`)

// enter gets a token for the cloud that a vault is in: NAME.vault.azure.net wants
// one for vault.azure.net.
// Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow#first-case-access-token-request-with-a-shared-secret
func (a *azure) enter(ctx context.Context, host string) (string, time.Duration, error) {
	var values [4]string
	for i, name := range [...]string{"AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST"} {
		otherwise := ""
		if name == "AZURE_AUTHORITY_HOST" {
			otherwise = "https://login.microsoftonline.com"
		}
		var err error
		if values[i], err = a.env(ctx, name, otherwise); err != nil {
			return "", 0, err
		}
	}
	_, cloud, _ := strings.Cut(host, ".")
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {values[1]}, "client_secret": {values[2]}, "scope": {"https://" + cloud + "/.default"},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(values[3], "/")+"/"+url.PathEscape(values[0])+"/oauth2/v2.0/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", 0, errors.New("AZURE_AUTHORITY_HOST is not an address")
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var out struct {
		Token   string `json:"access_token"`
		Seconds int64  `json:"expires_in"`
	}
	err = ask(a.o.Client, "Microsoft Entra", r, &out, func(text []byte) string {
		var said struct{ Error string }
		if json.Unmarshal(text, &said) != nil || !word.MatchString(said.Error) {
			return ""
		}
		return said.Error // its description repeats what was sent
	})
	if err == nil && out.Token == "" {
		err = errors.New("log in: Microsoft Entra gave no token")
	}
	return out.Token, time.Duration(out.Seconds) * time.Second, err
}
