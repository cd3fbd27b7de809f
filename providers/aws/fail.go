package aws

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Kind is the type of the exception that an answer is, which stands in a header
// or in __type: "ThrottlingException". "" when it does not say.
func Kind(r *wire.Response) string {
	kind := r.Header.Get("X-Amzn-Errortype")
	if kind == "" {
		var said struct {
			Type string `json:"__type"`
		}
		if json.Unmarshal(r.Body, &said) == nil {
			kind = said.Type
		}
	}
	kind, _, _ = strings.Cut(kind, ":") // an address may follow
	return kind[strings.LastIndexByte(kind, '#')+1:]
}

// ClassOf is the class of an exception that any of AWS's services may throw. It
// trusts the type, which streams have too: some statuses mean something else
// than elsewhere, a wrong key has 403 and an account's quota 400.
// Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
func ClassOf(status int, kind string) llm.Class {
	switch strings.ToLower(kind) {
	case "unrecognizedclientexception", "invalidsignatureexception", "missingauthenticationtokenexception", "missingauthenticationtoken",
		"expiredtokenexception", "invalidclienttokenid", "incompletesignatureexception", "incompletesignature":
		return llm.AuthenticationError
	case "accessdeniedexception", "notauthorized", "optinrequired":
		return llm.PermissionDeniedError
	case "resourcenotfoundexception":
		return llm.NotFoundError
	case "throttlingexception", "servicequotaexceededexception", "toomanyrequestsexception":
		return llm.RateLimitError
	case "modelnotreadyexception", "serviceunavailableexception", "serviceunavailable":
		return llm.ServiceUnavailableError
	case "requesttimeoutexception":
		return llm.Timeout
	case "internalserverexception", "internalfailure":
		return llm.InternalServerError
	case "validationexception", "validationerror":
		return llm.BadRequestError
	}
	return llm.ClassOf(status)
}
