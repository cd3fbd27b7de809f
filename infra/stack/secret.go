package stack

// masterKey is the variable, and the member of the secret, that has the key.
const masterKey = "LITELLM_MASTER_KEY"

// secret has the master key, which CloudFormation makes: nobody types it, and no
// file has it. Providers' keys are put beside it later, so how it is made must
// stay: CloudFormation would make another, without them.
func secret(p Profile) object {
	properties := object{
		"Description": "Tollgate's master key, and providers' keys",
		"GenerateSecretString": object{
			"SecretStringTemplate": "{}", "GenerateStringKey": masterKey,
			"PasswordLength": 48, "ExcludePunctuation": true,
		},
	}
	optional(properties, "Name", p.SecretName)
	if p.Key {
		properties["KmsKeyId"] = attribute("Key", "Arn")
	}
	return p.kept(object{
		"Type":       "AWS::SecretsManager::Secret",
		"Metadata":   accepted(finding{"SMG4", "what is in it is made by providers and by an operator, and functions read a changed one within the hour"}),
		"Properties": properties,
	})
}
