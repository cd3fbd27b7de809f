package routes

// Place is what of a stack a grant is for.
type Place string

// The places that every stack has. That of a queue is "Queue:" and its name.
const (
	Table  Place = "Table"  // the table's items
	Index  Place = "Index"  // and its index
	Config Place = "Config" // the objects in the bucket that are the configuration
	Secret Place = "Secret" // the secret that has the master key and providers' keys
	// Anywhere is every resource of the account that an action knows. It needs a
	// reason.
	Anywhere Place = "*"
)

// Grant lets a function ask something of AWS.
type Grant struct {
	Actions []string // of IAM: "dynamodb:GetItem"
	On      Place
	Why     string // it is needed although no test sees it, or although it is for everything; else ""
}

// kept are the grants of whoever reads the configuration, the secret and the
// table, which is every function.
func kept() []Grant {
	return []Grant{
		{On: Table, Actions: []string{"dynamodb:GetItem", "dynamodb:UpdateItem"}},
		{
			On: Table, Actions: []string{"dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query"},
			Why: "whichever function meets somebody first whom an identity provider vouches for looks for them, enters them and takes them out of teams; " +
				"and an item whose end has come is replaced whole",
		},
		{
			On: Config, Actions: []string{"s3:GetObject", "s3:GetObjectVersion"},
			Why: "the configuration is read as it is until one is named, and after that as it was when it was named",
		},
		{On: Secret, Actions: []string{"secretsmanager:GetSecretValue"}},
	}
}

// listed are the grants of whoever looks for rows by their key, or for what is not
// done yet, too.
func listed() []Grant { return append(kept(), Grant{On: Index, Actions: []string{"dynamodb:Query"}}) }

// models are the grants of whoever calls models, too.
func models() []Grant {
	const named = "the configuration, which may change at any time, says which models and endpoints there are, in which regions"
	return append(
		kept(),
		Grant{On: Anywhere, Why: named, Actions: []string{"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}},
		Grant{On: Anywhere, Why: named, Actions: []string{"sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"}},
		Grant{On: Anywhere, Why: "Polly has voices and no resources", Actions: []string{"polly:SynthesizeSpeech"}},
	)
}
