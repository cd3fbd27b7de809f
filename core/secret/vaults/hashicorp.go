package vaults

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

const hashicorpVault = "HashiCorp Vault"

// hashicorp is the KV engine, version 2, of a HashiCorp Vault. A secret of it is
// an object, of which a reference without a key means the member "key", as
// LiteLLM does.
// Source: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
type hashicorp struct{ asker }

// Member implements what secret.Source asks of vaults whose secrets are objects.
func (*hashicorp) Member() string { return "key" }

// Check implements secret.Vault.
func (*hashicorp) Check(name string) error {
	if slices.Contains(strings.Split(name, "/"), "..") {
		return errors.New("want a secret's path")
	}
	return lettersOf(name, "/_.-", 512, "a secret's path")
}

// Secret implements secret.Vault.
func (h *hashicorp) Secret(ctx context.Context, name string) (string, error) {
	mount, err := h.env(ctx, "HCP_VAULT_MOUNT_NAME", "secret")
	if err != nil {
		return "", err
	}
	prefix, err := h.o.Env(ctx, "HCP_VAULT_PATH_PREFIX")
	if err != nil {
		return "", fmt.Errorf("read HCP_VAULT_PATH_PREFIX: %w", err)
	}
	var out struct {
		Data struct {
			Data json.RawMessage `json:"data"`
		} `json:"data"`
	}
	at := path.Join(strings.Trim(mount, "/"), "data", strings.Trim(prefix, "/"), name)
	for n := 1; ; n++ {
		token, err := h.login(ctx, h.enter)
		if err != nil {
			return "", err
		}
		err = h.request(ctx, h.o.Client, http.MethodGet, at, token, nil, &out)
		if refuses(err) && n == 1 { // it was revoked; a new one may be taken
			h.forget()
			continue
		}
		return string(out.Data.Data), err
	}
}

// enter gets a token: by AppRole, by a client's certificate, or as it is set.
// Sources: https://developer.hashicorp.com/vault/api-docs/auth/approle#login-with-approle
// and https://developer.hashicorp.com/vault/api-docs/auth/cert#login-with-tls-certificate-method
func (h *hashicorp) enter(ctx context.Context) (string, time.Duration, error) {
	role, err := h.o.Env(ctx, "HCP_VAULT_APPROLE_ROLE_ID")
	if err != nil {
		return "", 0, fmt.Errorf("read HCP_VAULT_APPROLE_ROLE_ID: %w", err)
	}
	certificate, err := h.o.Env(ctx, "HCP_VAULT_CLIENT_CERT")
	if err != nil {
		return "", 0, fmt.Errorf("read HCP_VAULT_CLIENT_CERT: %w", err)
	}
	switch {
	case role != "":
		id, err := h.env(ctx, "HCP_VAULT_APPROLE_SECRET_ID", "")
		if err != nil {
			return "", 0, err
		}
		mount, err := h.env(ctx, "HCP_VAULT_APPROLE_MOUNT_PATH", "approle")
		if err != nil {
			return "", 0, err
		}
		return h.exchange(ctx, h.o.Client, "auth/"+strings.Trim(mount, "/")+"/login", map[string]string{"role_id": role, "secret_id": id})
	case certificate != "":
		return h.byCertificate(ctx, certificate)
	}
	const forGood = 100 * 365 * 24 * time.Hour // or until it is refused
	token, err := h.env(ctx, "HCP_VAULT_TOKEN", "")
	if err != nil {
		err = fmt.Errorf("%w, nor HCP_VAULT_APPROLE_ROLE_ID or HCP_VAULT_CLIENT_CERT", err)
	}
	return token, forGood, err
}

// byCertificate logs in by a file with a certificate and one with its key.
func (h *hashicorp) byCertificate(ctx context.Context, certificate string) (string, time.Duration, error) {
	key, err := h.env(ctx, "HCP_VAULT_CLIENT_KEY", "")
	if err != nil {
		return "", 0, err
	}
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return "", 0, fmt.Errorf("read HCP_VAULT_CLIENT_CERT and HCP_VAULT_CLIENT_KEY: %w", err)
	}
	body := map[string]string{}
	if role, err := h.o.Env(ctx, "HCP_VAULT_CERT_ROLE"); err != nil {
		return "", 0, fmt.Errorf("read HCP_VAULT_CERT_ROLE: %w", err)
	} else if role != "" {
		body["name"] = role
	}
	own := &http.Transport{TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{pair}}, Proxy: http.ProxyFromEnvironment}
	if t, ok := h.o.Client.Transport.(*http.Transport); ok && t.TLSClientConfig != nil {
		own.TLSClientConfig.RootCAs = t.TLSClientConfig.RootCAs
	}
	defer own.CloseIdleConnections()
	return h.exchange(ctx, &http.Client{Transport: own, Timeout: h.o.Client.Timeout}, "auth/cert/login", body)
}

// exchange logs in.
func (h *hashicorp) exchange(ctx context.Context, client *http.Client, at string, body any) (string, time.Duration, error) {
	var out struct {
		Auth struct {
			Token   string `json:"client_token"`
			Seconds int64  `json:"lease_duration"` // 0: it does not end
		} `json:"auth"`
	}
	if err := h.request(ctx, client, http.MethodPost, at, "", body, &out); err != nil {
		return "", 0, fmt.Errorf("log in: %w", err)
	}
	if out.Auth.Token == "" {
		return "", 0, errors.New("log in: " + hashicorpVault + " gave no token")
	}
	lasts := time.Duration(out.Auth.Seconds) * time.Second
	if lasts == 0 {
		lasts = 24 * time.Hour
	}
	return out.Auth.Token, lasts, nil
}

func (h *hashicorp) request(ctx context.Context, client *http.Client, method, at, token string, in, out any) error {
	address, err := h.env(ctx, "HCP_VAULT_ADDR", "http://127.0.0.1:8200")
	if err != nil {
		return err
	}
	namespace, err := h.o.Env(ctx, "HCP_VAULT_NAMESPACE")
	if err != nil {
		return fmt.Errorf("read HCP_VAULT_NAMESPACE: %w", err)
	}
	var body []byte
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("write a request to %s: %w", hashicorpVault, err)
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(address, "/")+"/v1/"+at, bytes.NewReader(body))
	if err != nil {
		return errors.New("HCP_VAULT_ADDR is not an address")
	}
	r.Header.Set("X-Vault-Request", "true")
	if token != "" {
		r.Header.Set("X-Vault-Token", token)
	}
	if namespace != "" {
		r.Header.Set("X-Vault-Namespace", namespace)
	}
	return ask(client, hashicorpVault, r, out, func(text []byte) string {
		var said struct {
			Errors []string `json:"errors"`
		}
		_ = json.Unmarshal(text, &said) // a proxy's page: the status must do
		return strings.Join(said.Errors, "; ")
	})
}
