package config

// The one table of LiteLLM's configuration keys. A key moves from one line to
// another when the gateway learns it.

const topName, litellmName, generalName, routerName = "the file", "litellm_settings", "general_settings", "router_settings"

func topSection() section {
	return section{
		name: topName,
		used: `model_list litellm_settings general_settings router_settings environment_variables include
			credential_list`,
		inert: `callback_settings mcp_servers mcp_tools vector_store_registry files_settings
			finetune_settings assistant_settings prompts search_tools default_vertex_config agent_list worker_config
			access_groups tool_registry sandbox_settings`,
		protects: `guardrails policies policy_attachments`,
	}
}

func litellmSection() section {
	return section{
		name: litellmName,
		used: `drop_params num_retries request_timeout timeout stream_timeout fallbacks context_window_fallbacks
			content_policy_fallbacks default_fallbacks max_fallbacks allowed_fails model_alias_map
			api_base api_version organization project cost_discount_config cost_margin_config add_function_to_prompt
			custom_prompt_dict
			max_budget budget_duration max_end_user_budget max_end_user_budget_id tag_budget_config default_soft_budget
			max_internal_user_budget default_max_internal_user_budget internal_user_budget_duration
			default_internal_user_params default_team_settings default_key_generate_params
			upperbound_key_generate_params key_generation_settings disable_end_user_cost_tracking blocked_user_list`,
		inert: `cache cache_params caching caching_with_models success_callback failure_callback callbacks
			service_callbacks service_callback input_callback post_call_rules modify_params
			force_ipv4
			disable_end_user_cost_tracking_prometheus_only enable_end_user_cost_tracking_prometheus_only mcp_aliases
			custom_provider_map model_group_settings
			priority_reservation priority_reservation_settings responses
			global_prompt_directory global_bitbucket_config global_gitlab_config prometheus_metrics_config
			prometheus_initialize_budget_metrics custom_prometheus_metadata_labels custom_prometheus_tags
			require_auth_for_metrics_endpoint langfuse_default_tags s3_callback_params datadog_params
			datadog_llm_observability_params aws_sqs_callback_params generic_logger_headers log_raw_request_response
			extra_spend_tag_headers include_cost_in_streaming_usage enable_preview_features return_response_headers
			enable_json_schema_validation enable_loadbalancing_on_batch_endpoints
			enable_caching_on_provider_specific_optional_params ssl_verify ssl_security_level ssl_certificate
			ssl_ecdh_curve forward_traceparent_to_llm_provider add_user_information_to_llm_headers
			disable_stop_sequence_limit disable_add_prefix_to_prompt disable_add_transform_inline_image_block
			num_retries_per_request context_window_fallback_dict model_fallbacks headers
			default_in_memory_ttl default_redis_ttl default_redis_batch_cache_expiry
			allow_dynamic_callback_disabling vector_store_registry credential_list check_provider_endpoint
			public_model_groups public_mcp_servers public_agent_groups model_cost_map_url secret_manager_client
			api_key openai_key anthropic_key azure_key groq_key cohere_key replicate_key huggingface_key
			openrouter_key togetherai_api_key vertex_project vertex_location vertex_ai_safety_settings
			reasoning_auto_summary standard_logging_payload_excluded_fields
			cold_storage_custom_logger use_litellm_proxy max_tokens filter_invalid_headers
			presidio_ad_hoc_recognizers prompt_name_config_map disable_streaming_logging`,
		protects: `guardrails guardrail_name_config_map
			banned_keywords_list pre_call_rules output_parse_pii
			llamaguard_model_name llamaguard_unsafe_content_categories google_moderation_confidence_threshold
			openai_moderations_model_name llm_guard_mode prompt_injection_params presidio_pii_masking`,
		ignored: `
			set_verbose: use --debug
			json_logs: logs are JSON unless they go to a terminal
			telemetry: nothing is ever sent home
			suppress_debug_info: use --debug
			turn_off_message_logging: messages are never logged
			redact_messages_in_exceptions: messages are never logged
			redact_user_api_key_info: keys are logged as hashes only
			enable_redis_auth_cache: no Redis is needed
			use_aiohttp_transport: there is one HTTP client
			disable_aiohttp_transport: there is one HTTP client
			aiohttp_trust_env: there is one HTTP client
			disable_aiohttp_trust_env: there is one HTTP client
			disable_token_counter: tokens are counted only when needed
			disable_hf_tokenizer_download: nothing is downloaded
			email: nothing is ever sent home
			token: nothing is ever sent home
			store_audit_logs: every change is in the audit log
			default_team_params: there is no sign-in page that makes teams
			max_user_budget: LiteLLM reads it nowhere, max_internal_user_budget is what new users have
			max_ui_session_budget: there is no UI to sign in to`,
	}
}

func generalSection() section {
	return section{
		name: generalName,
		used: `master_key crash_charge hash_spend_log_names disable_spend_logs max_request_size_mb allow_client_side_credentials pass_through_endpoints alerting
			alert_types alert_to_webhook_url alerting_args enable_jwt_auth
			litellm_jwtauth enforce_rbac role_permissions
			allowed_routes admin_only_routes public_routes allowed_ips use_x_forwarded_for mcp_trusted_proxy_ranges enforce_user_param
			enforced_params service_account_settings reject_clientside_metadata_tags max_parallel_requests
			global_max_parallel_requests max_response_size_mb user_header_name user_header_mappings
			litellm_key_header_name token_rate_limit_type default_team_disabled
			maximum_spend_logs_retention_period key_management_system key_management_settings use_azure_key_vault`,
		inert: `infer_model_from_keys background_health_checks health_check_interval health_check_details
			use_shared_health_check enable_health_check_routing health_check_staleness_threshold alerting_threshold
			alert_type_config spend_report_frequency
			store_prompts_in_spend_logs
			maximum_spend_logs_retention_interval maximum_spend_logs_cleanup_cron
			store_model_in_db supported_db_objects forward_client_headers_to_llm_api forward_openai_org_id
			use_google_kms
			always_include_stream_usage control_plane_url completion_model image_generation_model moderation_model
			custom_sso custom_ui_sso_sign_in_handler custom_key_generate custom_key_update
			enable_mcp_registry user_mcp_management_mode mcp_client_side_auth_header_name search_tools
			enable_public_model_hub otel user_api_key_cache_ttl
			disable_retry_on_max_parallel_request_limit_error
			email slack allow_user_auth`,
		protects: `custom_auth custom_auth_settings mcp_internal_ip_ranges require_end_user_mcp_access_defined
			enable_oauth2_auth enable_oauth2_proxy_auth oauth2_config_mappings custom_run_guardrails
			block_robots max_budget budget_duration`,
		ignored: `
			database_url: the gateway keeps its own store
			database_type: the gateway keeps its own store
			database_args: the gateway keeps its own store
			database_connection_pool_limit: the gateway keeps its own store
			database_connection_pool_timeout: the gateway keeps its own store
			database_connection_timeout: the gateway keeps its own store
			database_extra_connection_params: the gateway keeps its own store
			allow_requests_on_db_unavailable: requests need no database here
			disable_prisma_schema_update: there is no Prisma schema
			use_redis_transaction_buffer: no Redis is needed
			proxy_batch_write_at: nothing is written in batches
			proxy_batch_polling_interval: nothing is polled
			proxy_budget_rescheduler_min_time: budgets need no scheduler
			proxy_budget_rescheduler_max_time: budgets need no scheduler
			disable_reset_budget: budgets need no scheduler
			disable_spend_updates: what a call cost is exact because it is written down
			disable_error_logs: errors are in the request's log line
			disable_adding_master_key_hash_to_db: the master key is not stored
			disable_master_key_return: the master key is never shown
			disable_responses_id_security: there are no stored responses
			litellm_license: no license is needed
			num_workers: one process uses all processors
			telemetry: nothing is ever sent home
			ui_access_mode: there is no UI`,
	}
}

func routerSection() section {
	return section{
		name: routerName,
		used: `num_retries timeout request_timeout stream_timeout retry_after allowed_fails cooldown_time
			disable_cooldowns max_fallbacks fallbacks context_window_fallbacks content_policy_fallbacks
			default_fallbacks model_group_alias default_litellm_params routing_strategy
			optional_pre_call_checks default_max_parallel_requests
			provider_budget_config`,
		inert: `routing_strategy_args cache_responses cache_kwargs caching_groups client_ttl default_priority
			polling_interval allowed_fails_policy retry_policy model_group_retry_policy
			alerting_config assistants_config router_general_settings
			deployment_affinity_ttl_seconds search_tools guardrail_list router_ttl enable_health_checks
			health_check_interval enable_health_check_routing health_check_staleness_threshold
			tag_filtering_match_any enable_pre_call_checks model_list`,
		protects: `enable_tag_filtering`,
		ignored: `
			redis_url: no Redis is needed
			redis_host: no Redis is needed
			redis_port: no Redis is needed
			redis_password: no Redis is needed
			redis_db: no Redis is needed
			set_verbose: use --debug
			debug_level: use --debug
			ignore_invalid_deployments: an invalid deployment stops the start`,
	}
}

// besides are the fields of a deployment that may stand in its entry of
// model_list as well as in litellm_params.
const besides = `tpm rpm weight tags deployment_tags timeout request_timeout stream_timeout num_retries max_retries
	cooldown_time allowed_fails drop_params max_parallel_requests`

func entrySection() section {
	return section{
		name:     "model_list",
		used:     `model_name litellm_params model_info ` + besides,
		inert:    `latency cost_per_token order access_groups litellm_credential_name`,
		protects: `max_budget guardrails`,
	}
}

func paramsSection() section {
	return section{
		name: "litellm_params",
		used: `model custom_llm_provider api_base base_url headers extra_headers extra_body mock_response litellm_credential_name
			max_budget budget_duration ` + besides,
		settings: `api_version organization project region_name vertex_project vertex_location vertex_ai_project
			vertex_ai_location aws_region_name aws_role_name aws_session_name aws_profile_name aws_sts_endpoint
			aws_external_id aws_bedrock_runtime_endpoint aws_batch_role_arn sagemaker_base_url model_id
			watsonx_region_name project_id space_id deployment_id tenant_id client_id azure_username azure_scope
			base_model hf_model_name account_id`,
		credentials: `api_key azure_ad_token client_secret azure_password azure_certificate_password
			aws_access_key_id aws_secret_access_key aws_session_token aws_web_identity_token vertex_credentials
			vertex_ai_credentials token zen_api_key`,
		passed: `temperature max_tokens max_completion_tokens top_p top_k top_a min_p stop stream stream_options
			presence_penalty frequency_penalty repetition_penalty logit_bias user n response_format seed tools
			tool_choice parallel_tool_calls functions function_call logprobs top_logprobs reasoning_effort
			reasoning thinking modalities audio prediction service_tier store verbosity web_search_options
			safety_settings safe_mode dimensions encoding_format input_type voice speed size quality style
			language prompt models route provider transforms provider_options keep_alive num_ctx num_predict
			system mode best_of echo suffix raw`,
		prices:   `search_context_cost_per_query tiered_pricing citation_cost_per_token`,
		template: `initial_prompt_value roles final_prompt_value bos_token eos_token`,
		inert: `order litellm_trace_id litellm_session_id
			configurable_clientside_auth_params use_in_pass_through use_litellm_proxy merge_reasoning_content_in_choices
			model_info auto_router_config auto_router_config_path auto_router_default_model auto_router_embedding_model
			complexity_router_config complexity_router_default_model s3_bucket_name s3_encryption_key_id gcs_bucket_name
			vector_store_id vector_bucket_name index_name embedding_model milvus_text_field max_file_size_mb
			supports_system_message allowed_openai_params additional_drop_params mock_timeout fallbacks
			context_window_fallbacks content_policy_fallbacks context_window_fallback_dict retry_policy retry_strategy
			cache caching ttl metadata litellm_metadata prompt_id prompt_variables prompt_version prompt_label
			litellm_system_prompt provider_specific_header ensure_alternating_roles user_continue_message
			assistant_continue_message hf_tokenizer disable_add_transform_inline_image_block force_timeout
			azure_ad_token_provider enable_azure_ad_token_refresh latency cost_per_token access_groups
			langfuse_public_key langfuse_secret langfuse_secret_key langfuse_host langsmith_api_key langsmith_project
			langsmith_base_url humanloop_api_key arize_api_key arize_space_key posthog_api_key wandb_api_key
			gcs_path_service_account turn_off_message_logging litellm_disabled_callbacks success_callback
			failure_callback callbacks max_fallbacks no-log`,
		protects: `guardrails allowed_model_region`,
	}
}

// guards are the callbacks that refuse or change requests: leaving one out is
// not the same as logging less.
const guards = `presidio llamaguard_moderations hide_secrets openai_moderations lakera_prompt_injection
	aporia_prompt_injection google_text_moderation llmguard_moderations banned_keywords
	detect_prompt_injection azure_content_safety dynamic_rate_limiter dynamic_rate_limiter_v3`
