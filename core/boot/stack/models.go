package stack

import (
	"context"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/cloud"
)

func bedrockService() cloud.Service { return cloud.Service{ID: "Bedrock", Host: "bedrock"} }

// catalogue are the models and inference profiles of a region, each with the
// model that it is one of.
// Sources: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html
// and https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html
func catalogue(ctx context.Context, at *cloud.Account) (map[string]string, error) {
	all := map[string]string{}
	var models struct {
		Summaries []struct {
			ID string `json:"modelId"`
		} `json:"modelSummaries"`
	}
	if err := get(ctx, at, bedrockService(), "/foundation-models", nil, &models); err != nil {
		return nil, err
	}
	for _, m := range models.Summaries {
		all[m.ID] = m.ID
	}
	for next := ""; ; {
		in := url.Values{"maxResults": {"1000"}}
		if next != "" {
			in.Set("nextToken", next)
		}
		var profiles struct {
			Next      string `json:"nextToken"`
			Summaries []struct {
				ID     string `json:"inferenceProfileId"`
				Models []struct {
					ARN string `json:"modelArn"`
				} `json:"models"`
			} `json:"inferenceProfileSummaries"`
		}
		if err := get(ctx, at, bedrockService(), "/inference-profiles", in, &profiles); err != nil {
			return nil, err
		}
		for _, p := range profiles.Summaries {
			all[p.ID] = p.ID
			if len(p.Models) > 0 {
				_, all[p.ID], _ = strings.Cut(p.Models[0].ARN, "/")
			}
		}
		if next = profiles.Next; next == "" {
			return all, nil
		}
	}
}

// available looks whether the account may call a model.
// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html
func available(ctx context.Context, at *cloud.Account, model string, f *Finding) {
	var out struct {
		Agreement struct {
			Status string `json:"status"`
		} `json:"agreementAvailability"`
		Authorization string `json:"authorizationStatus"`
		Entitlement   string `json:"entitlementAvailability"`
		Region        string `json:"regionAvailability"`
	}
	if err := get(ctx, at, bedrockService(), "/foundation-model-availability/"+url.PathEscape(model), nil, &out); err != nil {
		f.Found += " exists; whether you may call it is not known: " + err.Error()
		f.Fix = "allow bedrock:GetFoundationModelAvailability to be told"
		return
	}
	switch {
	case out.Region != "AVAILABLE":
		f.Fatal, f.Found, f.Fix = true, f.Found+" is not available in this region", "choose another region for it: aws_region_name"
	case out.Authorization != "AUTHORIZED" || out.Entitlement != "AVAILABLE" || out.Agreement.Status != "AVAILABLE":
		f.Fatal, f.Found = true, f.Found+" is not open to this account"
		f.Fix = "open the model catalog of the Bedrock console in this region and ask for access, or accept its agreement"
	default:
		f.Found += " is open to this account"
	}
}
