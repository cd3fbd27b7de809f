package stack

import "github.com/tollgate-llm/tollgate/core/routes"

// keyPlace is the key, for grants.
const keyPlace routes.Place = "Key"

// key encrypts all that the stack keeps, where AWS's own keys would. The account
// may use it by its roles' policies; logs, and the alarms' topic, are written by
// services that have no role here.
func key(p Profile) object {
	statements := []object{
		{
			"Effect": "Allow", "Action": "kms:*", "Resource": "*", // of a key's policy: this key
			"Principal": object{"AWS": sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")},
		},
		{
			"Effect": "Allow", "Resource": "*",
			"Action":    []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
			"Principal": object{"Service": sub("logs.${AWS::Region}.amazonaws.com")},
			"Condition": object{"ArnLike": object{
				"kms:EncryptionContext:aws:logs:arn": sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*"),
			}},
		},
	}
	if p.AlarmEmail != "" {
		statements = append(statements, object{
			"Effect": "Allow", "Action": []string{"kms:Decrypt", "kms:GenerateDataKey*"}, "Resource": "*",
			"Principal": object{"Service": "cloudwatch.amazonaws.com"},
		})
	}
	return p.kept(object{
		"Type": "AWS::KMS::Key",
		"Properties": object{
			"Description": "Tollgate's data", "EnableKeyRotation": true, "KeyPolicy": policy(statements...),
		},
	})
}
