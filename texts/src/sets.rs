//! The texts of each file by their keys, as fields: a key that is misspelt in code does not compile, and one that a language lacks
//! fails a test.

use crate::file;

macro_rules! set {
    ($(#[$doc:meta])* $name:ident { $($key:ident)+ } $($families:ident)*) => {
        $(#[$doc])*
        pub struct $name {
            $(
                /// The text of the key of that name.
                pub $key: &'static str,
            )+
            $($families: Vec<(&'static str, &'static str)>,)*
        }

        impl $name {
            /// The keys that every file has, in their order.
            #[cfg(test)]
            pub(crate) const KEYS: &[&str] = &[$(stringify!($key)),+];
            /// Of `family.name`: keys that the code makes.
            #[cfg(test)]
            pub(crate) const FAMILIES: &[&str] = &[$(stringify!($families)),*];

            pub(crate) fn read(text: &'static str) -> Self {
                Self {
                    $($key: file::text(text, stringify!($key)),)+
                    $($families: file::family(text, stringify!($families)),)*
                }
            }
        }
    };
}

set! {
    /// The pages for people.
    Pages {
        name my_data privacy languages
        people organiser an_initiative
        confirm confirm_title_signature confirm_title_request confirm_lead confirm_button confirm_signature confirm_not_you typed ticked unticked waits_until
        change_lead change_now change_then change_button change_keeps change_gives_back change_adds
        change_beside change_instead changed changed_lead dismiss_lead
        dismiss_button dismissed dismissed_lead confirmed confirmed_lead signed_lead asked_lead confirmed_before
        confirmed_before_lead recorded recorded_lead initiative_gone session_gone called_off over
        no_longer_said more_waiting show_waiting nothing_waits nothing_waits_lead
        attempt_gone attempt_gone_lead full full_lead household_full household_full_lead waitlisted waitlisted_lead
        partly_waitlisted_lead own own_signature own_request own_lead own_give_back own_leave own_again own_again_line own_accept own_given_back
        own_given_back_lead own_accepted own_accepted_lead own_late own_late_lead own_back
        own_change own_change_line own_change_button own_changed own_changed_lead own_waits_lead
        own_change_none own_change_same own_change_full own_change_full_lead own_change_full_none own_change_gone own_change_guests own_change_guests_wrong own_calendar own_more
        unsubscribe unsubscribe_lead unsubscribe_button unsubscribed unsubscribed_lead
        updates_stop updates_stop_lead updates_stop_button updates_stopped_lead
        kilometres alert_title alert_confirm alert_confirmed alert_confirmed_lead alert_enough_lead alerts
        alerts_lead alerts_none alerts_none_lead alert_until alert_renew alert_stop alerts_stop
        alert_renewed alert_renewed_lead alert_stopped alert_stopped_lead alerts_stopped_lead alert_new alert_new_lead
        alert_place_wrong alert_consent alert_consent_missing
        link_gone link_gone_confirm
        link_gone_access link_used link_used_lead new_link
        my_data_lead email send_link email_wrong sent sent_lead no_mail no_mail_contact
        kept kept_lead kept_nothing kept_correct kept_confirmed kept_waiting kept_waiting_lead
        download given_name family_name telephone postcode message guests under_15 yes no received_on
        state state_confirmed state_unconfirmed state_received kept_until consents consent_given
        consent_not_given consent_withdrawn version withdraw erase_one erase_signature erase_request erase_all
        erase_all_question erase_all_lead erase_all_button back withdrawn withdrawn_lead
        erased_one erased_one_lead erased_all erased_all_lead told used_up
        notice notice_for who who_not_named who_contact who_officer who_organiser why why_basis
        why_sensitive why_consents why_purpose why_required why_optional what what_asked
        what_mail what_no_mail what_page what_alerts minors minors_lead recipients recipients_organiser
        recipients_webhook recipients_mail recipients_osdi recipients_mobilizon recipients_public
        recipients_else
        how_long how_long_end how_long_unconfirmed how_long_alerts how_long_then safety safety_lead rights
        rights_lead right_see right_correct right_erase right_withdraw right_take right_object
        rights_contact rights_complaint
        trouble trouble_lead trouble_missing trouble_missing_lead trouble_often
        trouble_often_lead trouble_origin trouble_origin_lead trouble_form trouble_form_lead
        list_search list_previous list_next list_all list_coordinates
        form_soon form_late form_again form_no_mail
        how_none how_contact how_from how_place
        receipt_done poster_form poster_scan receipt_gone receipt_gone_lead gone_lead
    }
    purpose
}

set! {
    /// The mails to people.
    Mails {
        labelled comma hello an_initiative what when place people online ticked confirm_subject
        confirm_lead confirm_button confirm_signature confirm_request confirm_until held held_or_line held_no_longer all_waiting confirm_not_you change_subject
        change_lead change_button change_choice change_instead change_keeps change_gives_back again_subject again_lead again_not_you waiting asks_line offered given_back cancelled
        confirmed_subject confirmed_lead signed_lead confirmed_calendar given_back_calendar waitlisted_subject waitlisted_lead
        own_button own_request own_then promoted_subject promoted_lead promoted_button promoted_then
        offered_subject offered_lead offered_button offered_then
        moved_subject moved_lead moved_before moved_calendar moved_then moved_waiting
        seated_lead rebooked_subject rebooked_lead rebooked_then released_subject released_lead released_then
        called_off_subject called_off_subject_date called_off_lead called_off_then called_off_calendar on_again_subject on_again_lead on_again_then on_again_button
        reminder_subject reminder_lead reminder_then reminder_stop
        venue venue_link venue_subject venue_lead venue_private venue_calendar
        offers offer_accepted answer answer_asked answer_accepted answer_declined asked_subject asked_lead
        accepted_subject accepted_lead accepted_then accepted_next accepted_reach declined_subject declined_lead declined_then declined_button
        update_subject update_lead update_button update_more update_own update_stop
        alert_confirm_subject
        alert_confirm_lead alert_confirm_button alert_kept_subject alert_kept_lead alerts_button
        news_subject news_lead news_more news_all news_until access_subject
        access_lead access_button access_until access_not_you back_to back_page sent_by questions
    }
}

set! {
    /// Consents of the server's own.
    Consents {
        opinion
    }
}

set! {
    /// The mails to organisers.
    Organiser {
        initiative id new_subject sealed sealed_command changed_subject changed_lead withdrawn_subject
        withdrawn_lead withdrawn_consent erased_subject erased_lead vanished_subject vanished_lead vanished_then
        at received confirmed when
        people given_name family_name email telephone postcode under_15 under_15_yes message guests
        offers decision decision_asked decision_accepted decision_declined
        consent labelled yes no
    }
}

set! {
    /// The doctor of feeds.
    Doctor {
        report_title unreadable_title nothing_left_out to_mend findings_title findings
        heading_problem heading_field heading_items heading_repair seen_title more_findings
        among_them left summary none_left_out left_out withdrawn guessed incomplete feed item
        item_id line labelled quoted
        columns_title columns_unread columns_how columns_misfit columns_question columns_lead
        columns_again
        check_title check_address check_hint check_examine check_bad_address check_busy
        check_failed
    }
    gap gap_repair format problem repair column
}

set! {
    /// Why a feed cannot be read.
    Errors {
        empty too_large not_text html_page html_page_untitled xml cut_off not_json unknown_shape
        unknown_columns too_deep unfetched unopened exceeded_memory exceeded_time exceeded_output
        refused missing status slow no_host private not_public port answer_too_large insecure redirects network
        page_unread page_other_format page_cycle page_insecure too_many_pages too_many_items
        budget_items budget_steps budget_memory too_many_bytes too_much_time one_file
    }
    reader
}

set! {
    /// The pages for those who organise.
    Organising {
        organise menu skip above sign_in sign_in_lead sign_in_who send_link sent sent_lead new_link
        enter_lead enter_alone link_gone link_gone_lead no_mail mail_subject mail_lead mail_until
        mail_not_you account account_name role operator organiser helper browsers sign_out
        sign_out_everywhere actions actions_none actions_none_then actions_none_operator all_actions
        more not_in_feed you_help signups people asked date dates taken free waiting full more_dates
        tasks participants participants_none as_visitors trail trail_lead trail_none by_command
        by_nobody earlier words all_dates state any_state seated waits order as_they_came by_name show
        found name people_here noted is_asked is_accepted is_declined has_seat is_offered is_waiting
        is_unconfirmed gave_back pages page_of previous next their_dates note note_hint save saved
        request how_many_accepted answer_hint accept decline came beyond give_seat give_back move_to
        move_button too_late no_seat done done_told same_answer changed_meanwhile beyond_need door
        door_none expected there save_presence print_hint download_sheet download_table address agreed
        code code_hint code_wrong second second_lead second_button second_scan second_code second_typed
        second_on_button second_on second_off_button recovery_left recovery recovery_lead recovery_kept
        write write_lead write_no_mail write_replies write_room write_full write_whom write_all
        write_subject write_subject_wrong write_text write_text_wrong write_preview write_preview_lead
        write_count write_nobody write_send write_change write_accepted write_accepted_lead
        write_finished write_preparing write_sent write_waiting write_dead write_reload write_before
        write_other written_lead written_reply proposed proposed_lead proposed_none proposed_whole
        proposed_by their_words publish reason published_now declined_now venue venue_lead venue_text
        venue_link venue_wrong venue_owes venue_owes_nobody venue_told venue_told_nobody venue_clear
        venue_clear_hint venue_cleared team team_lead team_you team_add team_invite team_hint
        team_invited team_before team_too_many team_last team_remove team_leave make_organiser
        make_helper organiser_may helper_may of_no_team invited_subject invited_organiser
        invited_helper invited_open invited_how invited_not_you call_off call_off_which call_off_all
        call_off_none call_off_people call_off_people_none call_off_read call_off_for_good gone
        gone_call_off gone_move gone_here gone_none gone_nowhere gone_told gone_moved gone_left date_unknown
        call_off_button call_off_not called_off_told called_off_nobody instead by_week week_of as_table
        who_came as_noted reason_hint ask_back asked_back_now question_missing similar edit edit_lead
        edit_change edit_unpublished edit_of_feed edit_check edit_not edit_preview edit_none edit_gone
        edit_moved edit_publish edit_back edit_done edit_more edit_to_action edit_tell edit_tell_lead
        edit_tell_button edit_has_people was is_now tell_subject tell_lead tokens tokens_lead
        tokens_none token_new token_name token_name_hint token_name_wrong token_scopes
        token_scopes_wrong scope_initiatives_read scope_initiatives_write scope_signups_read token_for
        token_for_all token_days token_days_month token_days_quarter token_days_year token_made
        token_made_lead token_kept token_many token_expires token_expired token_used token_unused
        token_revoke token_revoked by_token mend report report_lead report_reason report_reason_wrong
        reason_wrong reason_hateful reason_dangerous reason_advertising reason_personal reason_other
        report_words report_words_hint report_words_wrong report_email report_email_hint report_send
        report_done report_done_lead report_back reports reports_none reports_lead reports_count
        reports_feed reports_gone reports_dismiss reports_dismissed reports_withdraw reported_from
        digest digest_hint digest_daily digest_never digest_subject digest_lead
        digest_asked_subject digest_asked_lead digest_signups digest_signatures digest_asked
        digest_full digest_next digest_open digest_why digest_stop digest_stop_lead
        digest_stopped_lead
        reported_mail_subject reported_mail_lead reported_open reported_mail_daily hints hint_no_place
        hint_past hint_far hint_shouting hint_links hint_no_text hint_no_organiser withdraw
        withdraw_lead withdraw_dates withdraw_people withdraw_subject withdraw_text withdraw_button
        withdraw_and_tell withdraw_unwritten withdraw_full withdraw_of_feed withdrawn_now publish_again
        removed_subject removed_lead removed_why stands_draft stands_waiting stands_asked_back
        stands_declined stands_published stands_withdrawn reason_missing by_visitor hidden hidden_lead
        hidden_none hide hide_which hide_go_on hide_lead hide_dates reason_of_hiding hide_reason_hint
        hide_unreasoned hide_and_tell hide_subject hide_text hide_ask hide_own hide_unknown hidden_now
        hidden_untold shown_again_now show_again stands_hidden accounts accounts_lead account_other
        account_other_may operator_may signed_in_at signed_in_long_ago more_actions account_give account_remove
        account_remove_lead account_remove_own last_operator given_subject given_organiser
        given_operator made made_count made_title made_status made_any made_by_nobody made_version
        new_action new_lead new_closed new_enough new_name again again_lead again_of_feed no_draft
        draft_look draft_unfinished publish_draft_lead send_draft send_draft_lead hidden_alike
    } deed
}

set! {
    /// The pages for whoever runs the installation.
    Operating {
        installation minutes hours days amiss feeds feeds_lead feeds_none feeds_count feeds_in_trouble
        feeds_many feed_origin feed_added_here feed_given feed_given_lead feed_items feed_unread
        feed_lost feed_asked feed_changed feed_next feed_watched feed_incomplete feed_shrunk
        feed_trouble findings feed_read feed_read_now feed_examine feed_remove feed_remove_what
        feed_remove_lead feed_remove_button feed_add feed_add_lead feed_added_now feed_address feed_address_hint
        feed_address_wrong feed_known feed_look feed_busy feed_unexamined feed_go feed_go_lead
        feed_go_button feed_columns feed_columns_lead feed_columns_button outbox outbox_waiting
        outbox_dead outbox_away outbox_kind outbox_to outbox_many outbox_since outbox_mail
        outbox_dead_title outbox_dead_none outbox_dead_lead outbox_retry_all outbox_rest outbox_answer
        outbox_tries outbox_given_up outbox_retry outbox_drop outbox_drop_mail outbox_drop_event
        outbox_drop_button outbox_retried outbox_dropped outbox_gone settings settings_lead
        settings_given settings_at_once step_done step_open step_skip save controller controller_why
        controller_name controller_name_wrong controller_address controller_address_hint
        controller_contact controller_contact_hint controller_officer controller_officer_hint
        controller_notice mail mail_why mail_public_url mail_public_url_hint mail_public_url_wrong
        mail_from mail_from_hint mail_from_wrong mail_reply_to mail_reply_to_hint mail_host
        mail_host_hint mail_host_wrong mail_port mail_port_hint mail_port_wrong mail_encryption
        mail_tls mail_starttls mail_none mail_user mail_user_hint mail_password mail_password_hint mail_password_again
        mail_try mail_try_hint mail_try_subject mail_try_text mail_tried mail_tried_lead mail_untried
        mail_untried_lead mail_clear mail_clear_lead mail_clear_button secret secret_why secret_lead
        secret_where secret_environment secret_copy back_up back_up_why back_up_last back_up_never
        back_up_folder back_up_folder_hint back_up_folder_wrong back_up_folder_unwritable back_up_hours
        back_up_keep back_up_keep_hint back_up_number_wrong back_up_now back_up_clear back_up_made
        back_up_unmade back_up_elsewhere first first_lead first_email_hint first_name first_button
        first_gone health health_lead health_server health_version health_running health_machines
        health_initiatives health_queue health_oldest health_backed_up_old health_disk_little
        health_writer health_database health_kind health_size health_free health_tables health_no_mail
        dns dns_lead dns_good dns_missing dns_several dns_anybody dns_nothing dns_revoked dns_unasked
        dns_unanswered spf spf_add dkim dkim_add dmarc dmarc_add mail_dkim mail_dkim_hint
        mail_dkim_wrong dns_name dns_value
    } kind part
}

set! {
    /// The pages on which an initiative is proposed, the steps in which it is made, and their mails.
    Proposing {
        propose lead kept step_of steps step_aim step_people step_when step_partners step_telling
        step_send next back change_step wrong causes causes_hint whom whom_hint change change_hint kind
        kind_volunteering kind_gathering kind_petition kind_group kind_project kind_campaign
        kind_training people people_hint skills skills_hint questions questions_hint questions_sensitive question_number question_words question_type
        type_text type_long_text type_choice type_choices type_number type_date type_yes_no type_boolean
        type_availability options options_hint question_whom question_everybody question_required
        add_question consents consents_hint consent_number asked
        when when_dates when_weekly when_always
        when_always_hint dates date_new date_removed dates_hint date_number date start end seats add_date weekly days from
        until weekly_hint place place_here place_online place_nationwide address town town_hint
        town_which town_other venue venue_hint street organizer organizer_hint partners partners_hint
        needs needs_hint way way_hint way_usual way_rsvp way_shift way_signature way_membership
        way_offer way_pledge way_enrolment way_none name name_hint summary summary_hint text text_hint
        language url url_hint said_whom said_change said_people said_skills said_needs wrong_causes
        wrong_whom wrong_change wrong_kind wrong_number wrong_list
        wrong_question wrong_questions_many wrong_options wrong_question_if
        wrong_question_none wrong_consents_many wrong_when wrong_when_kind
        wrong_no_date wrong_dates_many wrong_date wrong_past wrong_far wrong_start wrong_end wrong_time
        wrong_days wrong_until wrong_until_many wrong_where wrong_town wrong_town_unknown
        wrong_town_which wrong_organizer wrong_way wrong_name wrong_summary wrong_language wrong_url
        wrong_url_none wrong_long wrong_whole preview likes likes_lead like_at like_here like_anywhere
        like_join send_lead email email_hint words words_hint consent wrong_consent wrong_email
        wrong_words send send_other sent sent_lead sent_change later later_lead later_button
        later_sent_lead gone gone_lead again many many_lead own confirm_lead confirm_button
        confirm_not_you dismiss dismissed dismissed_lead confirmed state_waiting state_waiting_lead
        state_asked state_declined state_published state_published_lead state_withdrawn reason question
        answer answer_change answer_send see organise withdraw withdraw_lead meanwhile
        mail_confirm_subject mail_confirm_lead mail_confirm_button mail_confirm_not_you
        mail_resume_subject mail_resume_lead mail_resume_button mail_resume_not_you
        mail_follow mail_asked_subject mail_asked_lead
        mail_asked_button mail_declined_subject mail_declined_lead mail_published_subject
        mail_published_lead mail_published_organise mail_waits_subject mail_waits_lead
        mail_waits_button data data_lead notice notice_lead
    }
}

set! {
    /// The pages that make the tag, and check a page that has it.
    Embedding {
        title lead what show show_list show_one show_button initiative initiative_hint
        initiative_needed initiative_unknown unclear which alike place place_hint place_unknown place_position
        countries chosen_none countries_none language colour colour_fine colour_pale theme theme_page theme_light theme_dark theme_auto room room_hint
        room_screen room_some room_none page page_hint pin pin_hint where_to make code copy copied
        part_code part_page part_site part_file part_address part_frame part_script colour_lost theme_lost pin_lost button_lost frames_none frames_some
        steps_title drawing gone_title gone_check download seen seen_lead seen_one seen_button seen_wide seen_phone
        seen_wide_of seen_phone_of seen_skip seen_back all
        all_near check check_lead check_address check_button check_wrong check_busy check_failed
        check_seen check_limits check_make
    } country name steps gone draw drawn finding todo
}

set! {
    /// A published site.
    Site {
        title all near published forms_left_out forms_help tag address
    }
}

fn find(family: &[(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    family.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

impl Pages {
    /// What a consent is asked for, by the word that feeds use; `None` where it is none of the common ones.
    pub fn purpose(&self, name: &str) -> Option<&'static str> {
        find(&self.purpose, name)
    }
}

set! {
    /// The accessibility statement.
    Accessibility {
        link title lead lead_unnamed scope scope_site scope_forms state full partial none state_lead
        results rate unmet_title unmet_none unmet_criterion unmet_languages content how how_when how_means how_person how_sample report
        report_contact report_none appeal appeal_lead appeal_write appeal_delegate appeal_post grid
        grid_lead grid_criterion grid_title grid_state grid_word source
    } unmet
}

impl Organising {
    /// What was done, by its word in the trail.
    pub fn deed(&self, name: &str) -> &'static str {
        find(&self.deed, name).unwrap_or_default()
    }
}

impl Operating {
    /// A part of the settings, by its word in the trail.
    pub fn part(&self, name: &str) -> &'static str {
        find(&self.part, name).unwrap_or_default()
    }

    /// What a message says, by the word for its kind.
    pub fn kind(&self, name: &str) -> &'static str {
        find(&self.kind, name).unwrap_or_default()
    }
}

impl Embedding {
    /// A country that places may be in, by its code.
    pub fn country(&self, name: &str) -> &'static str {
        find(&self.country, name).unwrap_or_default()
    }

    /// Where the tag is pasted, by its word in addresses.
    pub fn name(&self, name: &str) -> &'static str {
        find(&self.name, name).unwrap_or_default()
    }

    /// What to do there, step by step.
    pub fn steps(&self, name: &str) -> &'static str {
        find(&self.steps, name).unwrap_or_default()
    }

    /// What to do where it vanishes; empty where that is nothing of its own.
    pub fn gone(&self, name: &str) -> &'static str {
        find(&self.gone, name).unwrap_or_default()
    }

    /// What is looked for, in the order of clicks; empty where there is no drawing.
    pub fn draw(&self, name: &str) -> &'static str {
        find(&self.draw, name).unwrap_or_default()
    }

    /// That drawing in words.
    pub fn drawn(&self, name: &str) -> &'static str {
        find(&self.drawn, name).unwrap_or_default()
    }

    /// What a page was found to be.
    pub fn finding(&self, name: &str) -> &'static str {
        find(&self.finding, name).unwrap_or_default()
    }

    /// What to do about it; empty where that is nothing.
    pub fn todo(&self, name: &str) -> &'static str {
        find(&self.todo, name).unwrap_or_default()
    }
}

impl Accessibility {
    /// What is not accessible, and the way round, by the number of its criterion.
    pub fn unmet(&self, criterion: &str) -> Option<&'static str> {
        find(&self.unmet, criterion)
    }
}

impl Doctor {
    /// What visitors would miss.
    pub fn gap(&self, name: &str) -> &'static str {
        find(&self.gap, name).unwrap_or_default()
    }

    /// What to do about what visitors would miss.
    pub fn gap_repair(&self, name: &str) -> &'static str {
        find(&self.gap_repair, name).unwrap_or_default()
    }

    /// A format's name where it is no proper name.
    pub fn format(&self, name: &str) -> Option<&'static str> {
        find(&self.format, name)
    }

    /// What is wrong, by the problem's name in the JSON report.
    pub fn problem(&self, name: &str) -> &'static str {
        find(&self.problem, name).unwrap_or_default()
    }

    /// What to do about a problem; `None` where there is nothing to do.
    pub fn repair(&self, name: &str) -> Option<&'static str> {
        find(&self.repair, name)
    }

    /// What a column of a table holds, by the column's name; `None` where that name says it.
    pub fn column(&self, name: &str) -> Option<&'static str> {
        find(&self.column, name)
    }
}

impl Errors {
    /// What the readers of feeds say or begin to say, in English and in this language.
    pub fn reader(&self) -> &[(&'static str, &'static str)] {
        &self.reader
    }
}
