package litellm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// maxReply is the longest reply that is read: LiteLLM lists all teams with all
// their keys in one.
const maxReply = 512 << 20

// errNone says that this LiteLLM has no such route, or no such record any more.
var errNone = errors.New("not found")

// source is a running LiteLLM proxy.
type source struct {
	base   string
	host   string // names it in what is remembered
	key    string
	client *http.Client
}

func newSource(base, key string, client *http.Client) (source, error) {
	u, err := url.Parse(strings.TrimRight(base, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" {
		return source{}, errors.New("the address of LiteLLM is not one such as http://localhost:4000")
	}
	if client == nil {
		client = http.DefaultClient
	}
	return source{base: u.String(), host: strings.ToLower(u.Host) + u.Path, key: key, client: client}, nil
}

// get asks for JSON. Its errors have LiteLLM's own words and never the key.
func (s source) get(ctx context.Context, path string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		return fmt.Errorf("GET %s: %w", path, err)
	}
	r.Header.Set("Authorization", "Bearer "+s.key)
	r.Header.Set("Accept", "application/json")
	w, err := s.client.Do(r)
	if err != nil {
		return err // it names the address already
	}
	defer w.Body.Close()
	body, err := io.ReadAll(io.LimitReader(w.Body, maxReply))
	if err != nil {
		return fmt.Errorf("GET %s: %w", path, err)
	}
	switch {
	case w.StatusCode == http.StatusNotFound:
		return fmt.Errorf("GET %s: %w", path, errNone)
	case w.StatusCode != http.StatusOK:
		return fmt.Errorf("GET %s: status %d: %s", path, w.StatusCode, s.said(body))
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("GET %s: the reply is not LiteLLM's: %w", path, err)
	}
	return nil
}

// said is an error as LiteLLM words it: {"error": {"message": ...}}, or
// FastAPI's {"detail": ...}.
func (s source) said(body []byte) string {
	var reply struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
		Detail json.RawMessage `json:"detail"`
	}
	if err := json.Unmarshal(body, &reply); err != nil {
		return "the reply is no JSON"
	}
	text := reply.Error.Message
	if text == "" {
		text = string(reply.Detail)
	}
	if s.key != "" {
		text = strings.ReplaceAll(text, s.key, "****")
	}
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + "..."
	}
	return text
}

// rows asks for a list of objects.
func (s source) rows(ctx context.Context, path string) ([]raw.Object, error) {
	var body json.RawMessage
	if err := s.get(ctx, path, &body); err != nil {
		return nil, err
	}
	return objects(path, body)
}

func objects(path string, body json.RawMessage) ([]raw.Object, error) {
	rows, err := raw.Objects(body)
	if err != nil {
		return nil, fmt.Errorf("GET %s: the reply is not LiteLLM's: %w", path, err)
	}
	return rows, nil
}

// pageSize is the most that LiteLLM puts on a page.
const pageSize = 100

// users are all users, page by page, those that are made meanwhile last.
func (s source) users(ctx context.Context) ([]raw.Object, error) {
	var all []raw.Object
	for page := 1; ; page++ {
		path := fmt.Sprintf("/user/list?page=%d&page_size=%d&sort_by=created_at&sort_order=asc", page, pageSize)
		var reply struct {
			Users json.RawMessage `json:"users"`
			Pages int             `json:"total_pages"`
		}
		if err := s.get(ctx, path, &reply); err != nil {
			return nil, err
		}
		rows, err := objects(path, reply.Users)
		if err != nil {
			return nil, err
		}
		if all = append(all, rows...); page >= reply.Pages || len(rows) == 0 {
			return all, nil
		}
	}
}

// hashes are those of all keys, page by page.
func (s source) hashes(ctx context.Context) ([]string, error) {
	var all []string
	seen := map[string]bool{}
	for page := 1; ; page++ {
		path := fmt.Sprintf("/key/list?page=%d&size=%d&sort_by=created_at&sort_order=asc", page, pageSize)
		var reply struct {
			Keys  []string `json:"keys"`
			Total int      `json:"total_count"`
			Pages int      `json:"total_pages"`
		}
		if err := s.get(ctx, path, &reply); err != nil {
			return nil, err
		}
		for _, hash := range reply.Keys {
			if !seen[hash] {
				seen[hash] = true
				all = append(all, hash)
			}
		}
		if page >= reply.Pages || len(reply.Keys) == 0 {
			if len(all) < reply.Total {
				return nil, fmt.Errorf("GET /key/list: %d of %d keys were listed: keys are being deleted just now; try again", len(all), reply.Total)
			}
			return all, nil
		}
	}
}

// key is all that LiteLLM keeps of a key. Its list leaves out what the key
// takes from others: budget_id and organization_id.
func (s source) keyRow(ctx context.Context, hash string) (raw.Object, error) {
	path := "/key/info?key=" + url.QueryEscape(hash)
	var reply struct {
		Info json.RawMessage `json:"info"`
	}
	if err := s.get(ctx, path, &reply); err != nil {
		return raw.Object{}, err
	}
	row, err := raw.Parse(reply.Info)
	if err != nil {
		return row, fmt.Errorf("GET %s: the reply is not LiteLLM's: %w", path, err)
	}
	return row.WithText("token", hash), nil
}
