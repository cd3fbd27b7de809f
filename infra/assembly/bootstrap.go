package assembly

// What `cdk bootstrap` makes in an account, named by its default qualifier. The
// command line fills the account and the region in.
// https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
const (
	bootstrapParameter = "/cdk-bootstrap/hnb659fds/version"
	bootstrapVersion   = 6 // the first with a role for each step
	lookupVersion      = 8 // the first whose lookup role may read templates

	// Bucket is the bucket that files are uploaded to, for Fn::Sub.
	Bucket = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
)

// bootstrapRole is the arn of one of the bootstrap's roles.
func bootstrapRole(name string) string {
	return "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-hnb659fds-" + name + "-${AWS::AccountId}-${AWS::Region}"
}

// artifact is the stack in the manifest: who deploys it, from which template.
func (s Stack) artifact(template string) object {
	properties := object{
		"templateFile":                      s.templateFile(),
		"stackName":                         s.Name,
		"terminationProtection":             s.Protected,
		"validateOnSynth":                   false,
		"assumeRoleArn":                     bootstrapRole("deploy-role"),
		"cloudFormationExecutionRoleArn":    bootstrapRole("cfn-exec-role"),
		"stackTemplateAssetObjectUrl":       "s3://" + Bucket + "/" + template + ".json",
		"requiresBootstrapStackVersion":     bootstrapVersion,
		"bootstrapStackVersionSsmParameter": bootstrapParameter,
		"additionalDependencies":            []string{s.Name + ".assets"},
		"lookupRole": object{
			"arn":                               bootstrapRole("lookup-role"),
			"requiresBootstrapStackVersion":     lookupVersion,
			"bootstrapStackVersionSsmParameter": bootstrapParameter,
		},
	}
	if len(s.Tags) > 0 {
		properties["tags"] = s.Tags
	}
	return object{
		"type": "aws:cloudformation:stack", "environment": environment, "properties": properties,
		"dependencies": []string{s.Name + ".assets"}, "displayName": s.Name,
	}
}

// assets is the stack's list of files in the manifest.
func (s Stack) assets() object {
	return object{"type": "cdk:asset-manifest", "properties": object{
		"file":                              s.Name + ".assets.json",
		"requiresBootstrapStackVersion":     bootstrapVersion,
		"bootstrapStackVersionSsmParameter": bootstrapParameter,
	}}
}

// asset is one file of a stack's list: where it lies here, and where it goes.
func asset(title, path, key string) object {
	return object{
		"displayName": title,
		"source":      object{"path": path, "packaging": "file"},
		"destinations": object{"current_account-current_region": object{
			"bucketName": Bucket, "objectKey": key, "assumeRoleArn": bootstrapRole("file-publishing-role"),
		}},
	}
}
